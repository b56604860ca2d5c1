/** A statement that never ends takes its process with it, and nothing else does. */
import { spawnSync } from 'node:child_process'
import { pathToFileURL } from 'node:url'
import { resolve } from 'node:path'
import { expect, it } from 'vitest'

const watchdog = pathToFileURL(resolve('src/dropcopy/sql-port/statement-watchdog.ts')).href

/** A process of its own, with a watchdog of 300 ms. */
function run(work: string): { signal: string | null; stdout: string } {
  const program = `
    import { StatementWatchdog } from '${watchdog}'
    const watchdog = await StatementWatchdog.start(300)
    const sleep = (ms) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
    ${work}
    console.log('done')`
  const node = ['--import', 'tsx', '--input-type=module', '--eval', program]
  const { signal, stdout } = spawnSync(process.execPath, node, {
    encoding: 'utf8',
    timeout: 30_000,
  })
  return { signal, stdout }
}

it('ends the process of a statement that does not end', () => {
  expect(run('await watchdog.guard(async () => { for (;;); })')).toEqual({
    signal: 'SIGALRM',
    stdout: '',
  })
})

it('leaves many short ones alone, and idle time, and does not keep the process from ending', () => {
  expect(
    run(`
      for (let i = 0; i < 8; i++) await watchdog.guard(async () => { sleep(60) })
      sleep(600)`),
  ).toEqual({ signal: null, stdout: 'done\n' })
})
