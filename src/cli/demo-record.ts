/** What the bots were told over FIX and the subscriber over the feed, kept to be compared. */
import type { ExecutionReport } from '../client/index.ts'
import { Checksums } from './demo-checksums.ts'
import { factOfMatch, factOfReport } from './demo-facts.ts'
import type { TapeLine } from './demo-market.ts'

/** Contradictions that are described. */
const CONTRADICTIONS_MAX = 20

export class DemoRecord {
  /** By ExecID(17). */
  readonly reports = new Checksums()
  /** By match number of the feed. */
  readonly matches = new Checksums()
  /** Orders that the exchange accepted. */
  orders = 0
  /** Reports of fills: two for each trade. */
  fills = 0
  /** Shares in them: each share counts twice. */
  sharesFilled = 0
  cancelRejects = 0
  /** Numbers that came twice with different contents, lost connections, malformed messages. */
  readonly contradictions: string[] = []

  onReport(session: string, report: ExecutionReport): void {
    if (report.execType === 'I') return
    const execId = Number(report.execId)
    if (this.reports.has(execId)) this.contradict(`ExecID ${report.execId} came twice`)
    this.reports.add(execId, factOfReport(session, report))

    if (report.execType === '0') this.orders++
    if (report.execType !== 'F') return
    this.fills++
    this.sharesFilled += report.lastQty
  }

  onTrade(trade: TapeLine): void {
    const { matchNumber, symbol } = trade
    if (this.matches.has(matchNumber)) this.contradict(`match number ${matchNumber} came twice`)
    this.matches.add(matchNumber, factOfMatch(symbol, trade))
  }

  contradict(what: string): void {
    if (this.contradictions.length < CONTRADICTIONS_MAX) this.contradictions.push(what)
  }
}
