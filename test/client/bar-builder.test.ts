/** When a bar is said, what is in it, and what is said of one that may lack trades. */
import { describe, expect, it } from 'vitest'
import type { FeedBar } from '../../src/client/index.ts'
import { BarBuilder } from '../../src/client/index.ts'
import type { BarWidth } from '../../src/domain/index.ts'

const MIDNIGHT = Date.UTC(2026, 10, 21) / 1000

/** `14:30:07` of 2026-11-21. */
const at = (time: string): number => Date.parse(`2026-11-21T${time}Z`) / 1000

function bars(width: BarWidth) {
  const said: string[] = []
  const builder = new BarBuilder(width, (bar) => said.push(draw(bar)))
  /** A message of that time, which tells of these trades: `AAPL 100 @ 1825000`. */
  const message = (time: string, ...trades: string[]): void => {
    builder.advance(at(time))
    for (const trade of trades) {
      const [symbol, shares, , price] = trade.split(' ')
      builder.trade(symbol!, Number(price), Number(shares))
    }
  }
  return { builder, message, said }
}

/** `14:30:00 AAPL o h l c volume vwap trades`, with `?` when it is stale and `!` when it is repeated. */
function draw({ start, symbol, traded, isStale, isRepeated }: FeedBar): string {
  const { open, high, low, last, volume, vwap, trades } = traded
  const time = start.replace('2026-11-21T', '').replace('Z', '')
  const marks = `${isStale ? ' ?' : ''}${isRepeated ? ' !' : ''}`
  return `${time} ${symbol} ${open} ${high} ${low} ${last} ${volume} ${vwap} ${trades}${marks}`
}

describe('a bar', () => {
  it('is said when a message of a later interval has come, with those of its time by symbol', () => {
    const { message, said } = bars('1s')
    message('14:30:07', 'MSFT 10 @ 4100000')
    message('14:30:07', 'AAPL 100 @ 1825000', 'AAPL 50 @ 1825300', 'AAPL 50 @ 1824000')
    message('14:30:07')
    expect(said).toEqual([])
    message('14:30:09')

    expect(said).toEqual([
      '14:30:07 AAPL 1825000 1825300 1824000 1824000 200 182482500 3',
      '14:30:07 MSFT 4100000 4100000 4100000 4100000 10 410000000 1',
    ])
  })

  it('is of a minute of UTC, also over midnight', () => {
    const { builder, message, said } = bars('1m')
    message('23:59:00', 'AAPL 1 @ 10000')
    message('23:59:59', 'AAPL 1 @ 20000')
    builder.advance(MIDNIGHT + 86_400)
    builder.trade('AAPL', 30_000, 1)
    builder.end(true)

    expect(said).toEqual([
      '23:59:00 AAPL 10000 20000 10000 20000 2 1500000 2',
      '2026-11-22T00:00:00 AAPL 30000 30000 30000 30000 1 3000000 1',
    ])
  })

  it('is said by the clock, once', () => {
    const { builder, message, said } = bars('1m')
    message('14:30:07', 'AAPL 100 @ 1825000')
    builder.over(at('14:30:59'))
    expect(said).toEqual([])
    builder.over(at('14:31:00'))
    builder.over(at('14:31:01'))
    message('14:31:02')

    expect(said).toEqual(['14:30:00 AAPL 1825000 1825000 1825000 1825000 100 182500000 1'])
  })

  it('is said again, whole, when a trade comes that is later than the clock allowed', () => {
    const { builder, message, said } = bars('1s')
    message('14:30:07', 'AAPL 100 @ 1825000', 'MSFT 10 @ 4100000')
    builder.over(at('14:30:08'))
    message('14:30:07', 'AAPL 100 @ 1826000')
    message('14:30:08')

    expect(said.slice(2)).toEqual([
      '14:30:07 AAPL 1825000 1826000 1825000 1826000 200 182550000 2 !',
    ])
  })
})

it('a session whose first message is of an earlier time has bars of its own', () => {
  const { builder, message, said } = bars('1m')
  message('14:30:07', 'AAPL 1 @ 1825000')
  builder.sessionStarted()
  message('09:00:00', 'AAPL 2 @ 1826000')
  message('09:01:00', 'AAPL 3 @ 1827000')
  message('08:00:00', 'AAPL 4 @ 1828000')
  message('09:02:00')

  expect(said).toEqual([
    '14:30:00 AAPL 1825000 1825000 1825000 1825000 1 182500000 1',
    '09:00:00 AAPL 1826000 1826000 1826000 1826000 2 182600000 1',
    '09:01:00 AAPL 1827000 1828000 1827000 1828000 7 182757143 2',
  ])
})

describe('a bar may lack trades', () => {
  it('from the last message before those that are missing to the first one behind', () => {
    const { builder, message, said } = bars('1s')
    message('14:30:06', 'AAPL 1 @ 10000')
    message('14:30:07', 'AAPL 1 @ 10000')
    builder.miss('until the next message')
    message('14:30:09', 'AAPL 1 @ 10000')
    message('14:30:09', 'MSFT 1 @ 10000')
    message('14:30:10', 'AAPL 1 @ 10000')
    builder.end(true)

    expect(said).toEqual([
      '14:30:06 AAPL 10000 10000 10000 10000 1 1000000 1',
      '14:30:07 AAPL 10000 10000 10000 10000 1 1000000 1 ?',
      '14:30:09 AAPL 10000 10000 10000 10000 1 1000000 1 ?',
      '14:30:09 MSFT 10000 10000 10000 10000 1 1000000 1 ?',
      '14:30:10 AAPL 10000 10000 10000 10000 1 1000000 1',
    ])
  })

  it('until the next session, when nothing makes the books right again', () => {
    const { builder, message, said } = bars('1s')
    builder.miss('until the next session')
    message('14:30:07')
    message('14:30:08', 'AAPL 1 @ 10000')
    message('14:30:09', 'AAPL 1 @ 10000')
    builder.sessionStarted()
    message('14:30:09')
    message('14:30:10', 'AAPL 1 @ 10000')
    builder.end(true)

    expect(said).toEqual([
      '14:30:08 AAPL 10000 10000 10000 10000 1 1000000 1 ?',
      '14:30:09 AAPL 10000 10000 10000 10000 1 1000000 1 ?',
      '14:30:10 AAPL 10000 10000 10000 10000 1 1000000 1',
    ])
  })

  it('when it was said before anybody knew', () => {
    const { builder, message, said } = bars('1s')
    message('14:30:07', 'AAPL 1 @ 10000')
    builder.over(at('14:30:08'))
    builder.miss('until the next message')
    message('14:30:09')

    expect(said).toEqual([
      '14:30:07 AAPL 10000 10000 10000 10000 1 1000000 1',
      '14:30:07 AAPL 10000 10000 10000 10000 1 1000000 1 ? !',
    ])
  })

  it('when nobody waits for its end', () => {
    const { builder, message, said } = bars('1m')
    message('14:30:07', 'AAPL 1 @ 10000')
    builder.end(false)

    expect(said).toEqual(['14:30:00 AAPL 10000 10000 10000 10000 1 1000000 1 ?'])
  })
})
