/** A day with a halt and an auction, as `buttonwood feed` tells it from a recording. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { auctionPackets, binaryFileOf } from '../support/recordings.ts'
import { buttonwood } from '../support/running-exchange.ts'

const folder = mkdtempSync(join(tmpdir(), 'feed-auction-'))
afterAll(() => rmSync(folder, { recursive: true }))

const file = join(folder, 'auction.itch')
writeFileSync(file, binaryFileOf(auctionPackets()))
const replay = (...args: string[]) => buttonwood(['feed', 'replay', file, ...args])

describe('a recording of an auction', () => {
  it('is sound, crossed as its book was while the instrument did not trade', async () => {
    const { exitCode, stdout } = await buttonwood(['feed', 'verify', file])

    expect(exitCode).toBe(0)
    expect(stdout).toContain('23 · A 2 · C 2 · H 8 · Q 2 · R 3 · S 6')
    expect(stdout).toMatch(/^problems +none$/m)
  })

  it('is not sound when trading begins with a book that is crossed', async () => {
    const crossed = join(folder, 'crossed.itch')
    writeFileSync(crossed, binaryFileOf(auctionPackets({ isExecuted: false })))
    const { exitCode, stdout } = await buttonwood(['feed', 'verify', crossed])

    expect(exitCode).toBe(1)
    expect(stdout).toMatch(/^problems +crossed 1$/m)
  })

  it('has one trade in its bars, that of all shares at the price of the auction', async () => {
    const { stdout } = await replay('--bars', '1s')

    const bar = '182.5500    182.5500    182.5500    182.5500        200  182.550000      1'
    expect(stdout).toBe(`09:30:00Z AAPL        ${bar}\n`)
  })

  it('has the state beside best bid and ask while the instrument does not trade', async () => {
    const { stdout } = await replay('--l1', '--symbol', 'AAPL')

    expect(stdout).toBe(
      [
        'AAPL  - | -',
        'AAPL  - | -  halted T1',
        'AAPL  300 x 182.6 | -  halted T1',
        'AAPL  300 x 182.6 | 182.5 x 200  halted T1',
        'AAPL  300 x 182.6 | 182.5 x 200  collecting',
        'AAPL  100 x 182.6 | 182.5 x 200  collecting',
        'AAPL  100 x 182.6 | -  collecting',
        'AAPL  100 x 182.6 | -',
        '',
      ].join('\n'),
    )
  })

  it('has its executions and its cross as JSON', async () => {
    const { stdout } = await replay('--json', '--symbol', 'AAPL')
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { type?: string })

    const header = { symbol: 'AAPL', stockLocate: 1, trackingNumber: 0 }
    const time = { timestampNs: 34_200_000_000_001 }
    const executed = {
      type: 'C',
      ...header,
      ...time,
      executedShares: 200,
      matchNumber: 5,
      printable: 'N',
      executionPrice: 1_825_500,
    }
    expect(lines.filter(({ type }) => type === 'C' || type === 'Q')).toEqual([
      { sequence: 14, ...executed, orderReferenceNumber: 7 },
      { sequence: 15, ...executed, orderReferenceNumber: 8 },
      {
        sequence: 16,
        type: 'Q',
        ...header,
        ...time,
        shares: 200,
        stock: 'AAPL',
        crossPrice: 1_825_500,
        matchNumber: 6,
        crossType: 'H',
      },
    ])
  })

  it('has the auction on the tape, without a side that came in', async () => {
    const { stdout } = await replay('--symbol', 'AAPL', '--depth', '2')

    expect(stdout).toMatch(/09:30:00\.000 +200 @ +182\.55$/m)
    expect(stdout).toContain('AAPL  trading')
  })
})
