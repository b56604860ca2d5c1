/**
 * The end of the demo: trading stops, everybody catches up, the orders that rest are compared, the
 * bots cancel and log out, and then FIX reports, feed, journal and database are compared with each
 * other, number by number and content by content. The exchange runs until its database was asked;
 * then it is stopped, and its journal executed once more.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { reconcileWithJournal } from '../dropcopy/index.ts'
import { verifyJournal } from '../verify-journal.ts'
import { compareOpenOrders, compareRows } from './demo-compare.ts'
import { factOfExecution, factOfTrade } from './demo-facts.ts'
import type { Finding } from './demo-findings.ts'
import { finding } from './demo-findings.ts'
import { JournalCount } from './demo-journal.ts'
import type { DemoTrading } from './demo-trading.ts'
import type { DemoVenue } from './demo-venue.ts'
import { grouped } from './demo-view.ts'

/** An exchange that answers at all answers within this. */
const ANSWER_TIMEOUT_MS = 10_000
/** Without progress for so long, who is behind stays behind, and the comparison says so. */
const CATCH_UP_TIMEOUT_MS = 45_000
const LOOK_MS = 20

export interface DemoClosing {
  readonly trading: DemoTrading
  readonly venue: DemoVenue
  /** What is going on, for whoever waits. */
  readonly say: (line: string) => void
}

export async function closeDemo(closing: DemoClosing): Promise<Finding[]> {
  const { trading, venue, say } = closing
  const journal = new JournalCount(venue.dataDir)
  try {
    say('trading has stopped; waiting for the last answers')
    await trading.stop()
    await Promise.all(trading.bots.map((bot) => bot.answered(ANSWER_TIMEOUT_MS)))
    await caughtUp(closing, journal)
    const resting = await compareOpenOrders('resting orders', trading)

    say('the bots cancel their orders and log out')
    await Promise.all(trading.bots.map((bot) => bot.cancelAll(ANSWER_TIMEOUT_MS)))
    await Promise.all(trading.bots.map((bot) => bot.logOut()))
    await caughtUp(closing, journal)
    const left = await compareOpenOrders('left after cancels', trading)

    const counted = await compareCounts(closing, journal)
    const copied = await reconcileDatabase(closing)
    trading.database.close()
    say('stopping the exchange')
    await venue.stop()
    return [
      ...counted,
      resting,
      left,
      copied,
      replayJournal(closing, journal.position),
      soundRun(trading),
    ]
  } finally {
    journal.close()
  }
}

/** Waits until the subscriber has the journal's feed messages, and the database all reports. */
async function caughtUp(
  { trading, venue, say }: DemoClosing,
  journal: JournalCount,
): Promise<void> {
  const { database, record } = trading
  const missing = (): number => {
    const feed = journal.feedMessages - trading.feedMessages
    return Math.abs(feed) + Math.max(0, record.reports.last - database.lastExecId)
  }

  let least = Infinity
  let deadlineMs = performance.now() + CATCH_UP_TIMEOUT_MS
  for (;;) {
    journal.advance()
    // An embedded database takes seconds to come up.
    await database.look().catch(() => database.close())
    const now = missing()
    if (now === 0 || performance.now() > deadlineMs) return
    if (now < least) deadlineMs = performance.now() + CATCH_UP_TIMEOUT_MS
    least = Math.min(least, now)
    say(`catching up: ${grouped(now)} to go`)
    await Promise.race([delay(LOOK_MS), venue.died])
  }
}

async function compareCounts({ trading, say }: DemoClosing, journal: JournalCount) {
  const { record, market, database } = trading
  const executions = await compareRows({
    table: 'executions',
    told: record.reports,
    factOf: factOfExecution,
    database,
    onProgress: (rows) => say(`comparing executions: ${grouped(rows)} rows`),
  })
  let shares = 0
  const trades = await compareRows({
    table: 'trades',
    told: record.matches,
    factOf(row) {
      shares += Number(row['quantity'])
      return factOfTrade(row)
    },
    database,
    onProgress: (rows) => say(`comparing trades: ${grouped(rows)} rows`),
  })
  const [edges] = await database.ask({ ask: 'edges' })

  return [
    finding('orders accepted', {
      fix: record.orders,
      journal: journal.orders,
      database: Number(edges?.['order_count'] ?? 0),
    }),
    finding(
      'execution reports',
      { fix: record.reports.count, journal: journal.executions, database: executions.rows },
      { differences: executions.differences, remark: 'same content' },
    ),
    finding(
      'trades',
      {
        fix: record.fills / 2,
        feed: market.trades,
        journal: journal.trades,
        database: trades.rows,
      },
      { differences: trades.differences, remark: 'same content' },
    ),
    finding('shares traded', {
      fix: record.sharesFilled / 2,
      feed: market.sharesTraded,
      journal: journal.sharesTraded,
      database: shares,
    }),
    finding('cancel rejects', { fix: record.cancelRejects, journal: journal.cancelRejects }),
    finding('feed messages', { feed: trading.feedMessages, journal: journal.feedMessages }),
  ]
}

/** What `buttonwood dropcopy reconcile` does. */
async function reconcileDatabase({ venue, say }: DemoClosing): Promise<Finding> {
  const { dataDir, dropcopy } = venue.config
  const { rows, differenceCount, differences } = await reconcileWithJournal(
    { dataDir, database: dropcopy.database },
    say,
  )
  const total = Object.values(rows).reduce((sum, count) => sum + count, 0)
  const found = differences.map(({ table, row, what }) => `${table} ${row}: ${what}`)
  const more = differenceCount > found.length ? [`${differenceCount} differences in all`] : []
  return finding(
    'database rows',
    { journal: total, database: total },
    { differences: [...found, ...more], remark: 'row for row' },
  )
}

/** What `buttonwood journal verify` does, and that it ends in the state that the exchange had. */
function replayJournal({ venue, say }: DemoClosing, bytes: number): Finding {
  let saidPercent = -1
  const { stateHash, commands } = verifyJournal(venue.dataDir, (position) => {
    const percent = Math.min(100, Math.floor((position / bytes) * 100))
    if (percent > saidPercent) say(`executing the journal once more: ${percent} %`)
    saidPercent = percent
  })
  const differences =
    stateHash === venue.stateHash ? [] : [`state ${stateHash}, the exchange had ${venue.stateHash}`]
  return finding('journal replayed', { journal: commands }, { differences, remark: 'same state' })
}

/** Nothing was lost or contradictory, and a correct feed causes no problem in a book. */
function soundRun({ record, market, feedLost }: DemoTrading): Finding {
  const problems = Object.entries(market.view.problems)
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `feed: ${name} ${count}`)
  const lost = feedLost > 0 ? [`feed: ${feedLost} messages lost`] : []
  const differences = [...record.contradictions, ...problems, ...lost]
  return finding(
    'contradictions',
    { fix: record.contradictions.length, feed: problems.length + lost.length },
    { differences },
  )
}
