/** The whole of it, as a stranger starts it: an exchange that trades and agrees with itself. */
import { execFile } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { builtProgram } from '../support/made-once.ts'

interface Outcome {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

function demo(...args: string[]): Promise<Outcome> {
  return new Promise((resolve) => {
    const all = [...builtProgram(), 'demo', ...args]
    const child = execFile(process.execPath, all, (_, stdout, stderr) => {
      resolve({ exitCode: child.exitCode ?? -1, stdout, stderr })
    })
  })
}

/** The numbers of a row of the table: those of the sources that count it. */
function countsOf(stdout: string, what: string): string[] {
  const line = stdout.split('\n').find((one) => one.startsWith(` ${what} `)) ?? ''
  return line.match(/(?<= )[\d,]+(?= )/g) ?? []
}

describe('buttonwood demo', () => {
  it('trades, and FIX, feed, journal and database agree', async () => {
    const { exitCode, stdout, stderr } = await demo('--duration', '3', '--plain', '--seed', '7')

    expect([exitCode, stderr, stdout]).toEqual([0, '', expect.stringContaining('first trade')])
    expect(stdout).toMatch(/^0:03 of trading, seed 7, first trade after \d+\.\d\d s$/m)
    expect(stdout.trimEnd().split('\n').at(-1)).toBe('FIX, feed, journal and database agree.')
    expect(stdout.match(/✓/g)).toHaveLength(11)

    const sources = { 'orders accepted': 3, 'execution reports': 3, trades: 4, 'feed messages': 2 }
    for (const [what, count] of Object.entries(sources)) {
      const [first, ...others] = countsOf(stdout, what)

      expect(first).toMatch(/^[1-9]/)
      expect(others).toEqual(Array.from({ length: count - 1 }, () => first))
    }
  }, 40_000)

  it('refuses a duration that is none', async () => {
    const { exitCode, stderr } = await demo('--duration', '0')

    expect(exitCode).toBe(2)
    expect(stderr).toContain('use 1 to 86400.')
  })
})
