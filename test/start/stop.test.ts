/** `buttonwood serve` stops in order from the instant on in which it says that it is ready. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { ExchangeFolder, PROCESS_MS } from '../support/running-exchange.ts'

/** Loaded before the program: SIGTERM comes within the write of the line that says ready. */
const SIGTERM_AT_READY = `
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
const { write } = fs
fs.write = (fd, text, ...more) => {
  if (!String(text).includes('"msg":"ready"')) return write(fd, text, ...more)
  const bytes = fs.writeSync(fd, text)
  process.kill(process.pid, 'SIGTERM')
  setImmediate(more.at(-1), null, bytes)
}
syncBuiltinESMExports()`

let folder: ExchangeFolder

beforeAll(async () => {
  folder = await ExchangeFolder.make()
})
afterAll(() => folder.remove())

it(
  'a SIGTERM behind the word ready is a stop in order',
  async () => {
    const hook = `--import=data:text/javascript,${encodeURIComponent(SIGTERM_AT_READY)}`
    const exchange = folder.launch({ env: { NODE_OPTIONS: hook } })
    const { exitCode, stderr } = await exchange.ended()

    expect([exitCode, stderr]).toEqual([0, ''])
    expect(exchange.log.map(({ msg }) => msg).slice(-3)).toEqual(['ready', 'stopping', 'stopped'])
  },
  PROCESS_MS,
)
