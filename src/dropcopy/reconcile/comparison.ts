/** The tables of the drop copy, each held against what the journal gives. */
import type { Ask, Row } from '../queries.ts'
import type { RowBatch } from '../row-batch.ts'
import type { Table } from '../tables.ts'
import {
  configuration,
  executions,
  messages,
  orderChain,
  sessions,
  tradeCorrections,
  trades,
} from '../tables.ts'
import { BarComparison } from './bar-comparison.ts'
import { numberOf } from './compare-columns.ts'
import { DayComparison } from './day-comparison.ts'
import { OrderComparison } from './order-comparison.ts'
import { PositionComparison } from './position-comparison.ts'
import { SummaryComparison } from './summary-comparison.ts'
import type { Report } from './report.ts'
import { TableComparison } from './table-comparison.ts'

const INT_MAX = 2 ** 31 - 1

export class Comparison {
  private readonly executions: TableComparison
  private readonly orderChain: TableComparison
  private readonly trades: TableComparison
  private readonly corrections: TableComparison
  private readonly messages: TableComparison
  private readonly messagesAfter: number
  private readonly sessions: TableComparison
  private readonly configuration: TableComparison
  private readonly orders: OrderComparison
  private readonly bars: BarComparison
  private readonly positions: PositionComparison
  private readonly summaries: SummaryComparison
  private readonly days: DayComparison

  constructor(ask: Ask, report: Report, edges: Row) {
    const until = (name: string): number => numberOf(edges, name)
    const compare = (table: Table, key: readonly number[]) =>
      new TableComparison(table, key, ask, report)

    this.executions = compare(executions, [until('last_exec_id')])
    this.orderChain = compare(orderChain, [until('last_exec_id')])
    this.trades = compare(trades, [until('last_match_number')])
    this.corrections = compare(tradeCorrections, [until('last_correction_id')])
    this.messages = compare(messages, [until('last_message_group'), INT_MAX])
    this.messagesAfter = until('messages_after')
    this.sessions = compare(sessions, [until('last_session_group'), INT_MAX])
    this.configuration = compare(configuration, [until('last_configuration_group')])
    this.orders = new OrderComparison(ask, report, edges)
    this.bars = new BarComparison(ask, report, numberOf(edges, 'bar_count'))
    this.positions = new PositionComparison(ask, report, until('last_fill_id'))
    this.summaries = new SummaryComparison(ask, report, edges)
    this.days = new DayComparison(ask, report)
  }

  async compare(batch: RowBatch): Promise<void> {
    await this.executions.compare(batch.executions)
    await this.orderChain.compare(batch.orderChain)
    await this.trades.compare(batch.trades)
    await this.corrections.compare(batch.corrections)
    await this.messages.compare(
      batch.messages.filter((message) => message.group_number > this.messagesAfter),
    )
    await this.sessions.compare(batch.sessions)
    await this.configuration.compare(batch.configurations)
    await this.orders.compare(batch.orders)
    await this.bars.compare(batch.bars.values())
    await this.positions.compare(batch.executions)
    await this.summaries.compare(batch.summaries.values())
    this.days.add(batch.days)
  }

  async finish(): Promise<void> {
    await this.executions.finish()
    await this.orderChain.finish()
    await this.trades.finish()
    await this.corrections.finish()
    await this.messages.finish()
    await this.sessions.finish()
    await this.configuration.finish()
    await this.orders.finish()
    await this.bars.finish()
    await this.positions.finish(this.days.dates)
    await this.summaries.finish()
    await this.days.finish()
  }
}
