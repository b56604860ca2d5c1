/** What the demo says of the trading when it is over: how much, how fast, and who earned what. */
import type { DemoTrading } from './demo-trading.ts'
import { grouped, minutes } from './demo-view.ts'
import type { Span } from './styled-line.ts'

export interface DemoRun {
  readonly seed: number
  /** Time that the bots traded. */
  readonly elapsedMs: number
}

export function summaryOf(trading: DemoTrading, { seed, elapsedMs }: DemoRun): Span[][] {
  const { firstTradeMs, requests, market, record } = trading
  const perSecond = (total: number): string => grouped((total * 1000) / Math.max(1, elapsedMs))
  const first =
    firstTradeMs === undefined
      ? 'no trade'
      : `first trade after ${(firstTradeMs / 1000).toFixed(2)} s`
  return [
    [[`${minutes(roundToSecond(elapsedMs))} of trading, seed ${seed}, ${first}`, 'strong']],
    [
      [`  ${grouped(requests)} order messages (${perSecond(requests)}/s), `],
      [`${grouped(record.reports.count)} reports, `],
      [`${grouped(market.trades)} trades (${perSecond(market.trades)}/s), `],
      [`${grouped(market.sharesTraded)} shares`],
    ],
    ...trading
      .firms()
      .map(({ compId, strategyName, fills, profit }): Span[] => [
        [`  ${compId.padEnd(9)}${strategyName.padEnd(14)}`],
        [`${grouped(fills)} fills`.padStart(12)],
        [
          `${profit < 0 ? '-' : '+'}${grouped(Math.abs(profit) / 10_000)} USD`.padStart(14),
          profit < 0 ? 'sell' : 'buy',
        ],
      ]),
    [],
  ]
}

const roundToSecond = (ms: number): number => Math.round(ms / 1000) * 1000
