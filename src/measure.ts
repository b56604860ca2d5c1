/**
 * The exchange's numbers for /metrics. The hot path counts in plain fields; these functions read them
 * when somebody asks. docs/operations/metrics.md lists every one.
 */
import type { AdminApi } from './admin/index.ts'
import type { AssembledExchange } from './assemble.ts'
import type { DropCopySupervisor } from './dropcopy/supervisor/index.ts'
import type { FeedReaderProcess } from './feed-reader-process.ts'
import type { ShadowProcess } from './shadow-process.ts'
import type { ChannelFeeds, Feed, RetransmissionServer } from './itch-feed/index.ts'
import type { Journal } from './journal/index.ts'
import { Metrics } from './runtime/index.ts'

export interface MeasuredParts {
  readonly exchange: AssembledExchange
  readonly journal: Journal
  readonly feed: ChannelFeeds
  readonly feedReader: FeedReaderProcess
  readonly dropCopy: DropCopySupervisor
  readonly shadow: ShadowProcess
  readonly admin: AdminApi
}

type Measure = (name: string, help: string, read: () => number) => void

const totalsOf =
  (metrics: Metrics): Measure =>
  (name, help, read) =>
    metrics.counter({ name: `${name}_total`, help, read })

export function measureExchange(parts: MeasuredParts): Metrics {
  const { exchange, journal, feed, feedReader, dropCopy, shadow, admin } = parts
  const { engine, acceptor, clock, messageLog } = exchange
  const { state } = engine
  const metrics = new Metrics()
  metrics.collectProcess()

  const total = totalsOf(metrics)
  const now: Measure = (name, help, read) => metrics.gauge({ name, help, read })

  total('journal_groups', 'Turns in the journal.', () => journal.groupNumber)
  total('journal_commands', 'Commands in the journal.', () => journal.nextCommandNumber - 1)
  total('journal_bytes', 'Bytes of all groups in the journal.', () => journal.nextPosition)
  now(
    'journal_reserved_bytes',
    'Bytes that can be appended without reserving disk space.',
    () => journal.bytesReserved,
  )
  total('executions', 'ExecutionReports with an ExecID, ever.', () => state.numbers.nextExecId - 1)
  total('matches', 'Executions of two orders, ever.', () => state.numbers.nextMatchNumber - 1)
  now('live_orders', 'Orders on the books.', () => state.orderPool.liveCount)
  now(
    'orders_today',
    'Orders and replacements since the trading day opened.',
    () => state.ordersToday,
  )
  now('fix_sessions', 'FIX sessions logged on.', () => acceptor.sessionCount)
  now('fix_connections', 'TCP connections to the FIX port.', () => acceptor.connectionCount)
  now('fix_password_checks', 'Passwords that are being checked.', () => acceptor.passwordCheckCount)
  total('fix_garbled', 'Garbled messages, ignored.', () => acceptor.counts.garbled)
  total(
    'fix_logons_refused',
    'Connections closed at their Logon.',
    () => acceptor.counts.logonsRefused,
  )
  total(
    'fix_doubted_trades',
    'Trades that a counterparty did not know: DontKnowTrade(Q).',
    () => acceptor.counts.doubtedTrades,
  )
  metrics.counters({
    name: 'fix_limits_reached_total',
    help: 'How often a limit of the FIX port was reached.',
    label: 'limit',
    read: () => acceptor.counts.reached,
  })
  total('fix_log_lines', 'Lines of the message log.', () => messageLog?.counts.lines ?? 0)
  total(
    'fix_log_dropped',
    'Messages that the message log is missing.',
    () => messageLog?.counts.dropped ?? 0,
  )
  total('feed_messages', 'ITCH messages of the current feed session.', () => engine.feedCount)
  now('feed_backlog_bytes', 'Durable journal bytes that wait for the lines.', () => {
    const { behindFrom = journal.nextPosition } = feed.publisher
    return journal.nextPosition - behindFrom
  })
  measureFeeds(metrics, feed)
  measureFeedReader(metrics, feedReader)
  measureMarketData(metrics, feedReader)
  measureDropCopies(metrics, feedReader)
  now(
    'dropcopy_backlog_bytes',
    'Durable journal bytes not in the database yet.',
    () => dropCopy.backlogBytes,
  )
  total(
    'dropcopy_restarts',
    'Times the drop copy reader was started again.',
    () => dropCopy.restarts,
  )
  measureShadow(metrics, shadow)
  metrics.table({
    name: 'admin_requests_total',
    help: 'Requests to the admin API.',
    labels: ['action', 'outcome'],
    read: () => admin.requestCounts(),
  })
  now('clock_offset_seconds', 'Wall clock minus sequenced time.', () => clock.offsetMs / 1000)
  return metrics
}

/** Of all channels together. The retransmission servers are there once the feed has started. */
function measureFeeds(metrics: Metrics, { feeds }: ChannelFeeds): void {
  const total = (name: string, help: string, of: (feed: Feed) => number) =>
    totalsOf(metrics)(name, help, () => feeds.reduce((sum, feed) => sum + of(feed), 0))
  const requests = (name: string, help: string, of: (server: RetransmissionServer) => number) =>
    total(name, help, ({ retransmission }) => (retransmission ? of(retransmission) : 0))

  total('feed_packets', 'Packets sent on every line.', ({ sender }) => sender.counters.packets)
  total('feed_errors', 'Sends that the kernel refused.', ({ sender }) => sender.counters.errors)
  requests(
    'retransmission_requests',
    'Requests for feed messages.',
    ({ retransmission }) => retransmission.counters.requests,
  )
  requests('retransmission_answers', 'Requests answered.', ({ counters }) => counters.answered)
  requests(
    'retransmission_unanswerable',
    'Requests that nothing answers: malformed, or for messages that were never on the lines.',
    ({ retransmission }) => retransmission.counters.unanswerable,
  )
  requests(
    'retransmission_errors',
    'Answers that the journal or the kernel refused.',
    ({ retransmission, counters }) => counters.errors + retransmission.counters.unreadable,
  )
  metrics.counters({
    name: 'retransmission_limits_reached_total',
    help: 'Requests beyond a limit.',
    label: 'limit',
    read() {
      const reached = feeds.map(({ retransmission }) => retransmission?.retransmission)
      return sums(reached.map((server) => server?.limitsReached ?? {}))
    },
  })
}

/** The numbers of each name together. */
function sums(all: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const sum: Record<string, number> = {}
  for (const [name, value] of all.flatMap(Object.entries<number>)) {
    sum[name] = (sum[name] ?? 0) + value
  }
  return sum
}

function measureShadow(metrics: Metrics, shadow: ShadowProcess): void {
  metrics.gauge({
    name: 'shadow_backlog_bytes',
    help: 'Durable journal bytes that the shadow has not executed again yet.',
    read: () => shadow.backlogBytes,
  })
  const total = totalsOf(metrics)
  total('shadow_restarts', 'Times the shadow was started again.', () => shadow.restarts)
  total('snapshots', 'Snapshots written.', () => shadow.state.snapshots)
  total(
    'snapshot_failures',
    'Snapshots that could not be written.',
    () => shadow.state.snapshotFailures,
  )
}

/** Snapshots and stream; what it counts starts again with its process. */
function measureFeedReader(metrics: Metrics, feedReader: FeedReaderProcess): void {
  metrics.gauge({
    name: 'feed_tcp_backlog_bytes',
    help: 'Durable journal bytes that snapshots and stream do not have yet.',
    read: () => feedReader.backlogBytes,
  })
  metrics.counter({
    name: 'feed_tcp_restarts_total',
    help: 'Times the process of snapshots and stream was started again.',
    read: () => feedReader.restarts,
  })
  metrics.counter({
    name: 'feed_snapshots_total',
    help: 'Snapshots made; one may serve many.',
    read: () => feedReader.state.snapshots,
  })
  const byPort = (what: 'logins' | 'rejected' | 'dropped' | 'refused') => ({
    label: 'port',
    read: () => ({ ...feedReader.state[what] }),
  })
  metrics.counters({
    name: 'feed_tcp_logins_total',
    help: 'Logins accepted.',
    ...byPort('logins'),
  })
  metrics.counters({
    name: 'feed_tcp_logins_rejected_total',
    help: 'Logins rejected.',
    ...byPort('rejected'),
  })
  metrics.counters({
    name: 'feed_tcp_dropped_total',
    help: 'Connections closed because of what they did or did not do.',
    ...byPort('dropped'),
  })
  metrics.counters({
    name: 'feed_tcp_refused_total',
    help: 'Connections beyond what the port takes.',
    ...byPort('refused'),
  })
  metrics.gauge({
    name: 'feed_snapshot_connections',
    help: 'Connections to the snapshot port.',
    read: () => feedReader.state.connections.snapshot,
  })
  metrics.gauge({
    name: 'feed_stream_connections',
    help: 'Connections to the stream port.',
    read: () => feedReader.state.connections.stream,
  })
}

/** Market data over FIX; the same process, so this starts again with it too. */
function measureMarketData(metrics: Metrics, feedReader: FeedReaderProcess): void {
  metrics.gauge({
    name: 'market_data_sessions',
    help: 'Market-data sessions logged on.',
    read: () => feedReader.state.marketData.sessions,
  })
  metrics.gauge({
    name: 'market_data_subscriptions',
    help: 'Instruments that they are subscribed to, counted for each request.',
    read: () => feedReader.state.marketData.subscriptions,
  })
  metrics.counters({
    name: 'market_data_messages_total',
    help: 'Snapshots (W), incremental refreshes (X) and rejects (Y) sent.',
    label: 'type',
    read: () => feedReader.state.marketData.sent,
  })
  const total = totalsOf(metrics)
  const counts = () => feedReader.state.marketData.counts
  total('market_data_garbled', 'Their garbled messages, ignored.', () => counts().garbled)
  total(
    'market_data_logons_refused',
    'Their connections closed at the Logon.',
    () => counts().logonsRefused,
  )
  total(
    'market_data_connections_lost',
    'Connections of market-data and drop-copy sessions that could not be given to their process.',
    () => feedReader.lostConnections,
  )
  metrics.counters({
    name: 'market_data_limits_reached_total',
    help: 'How often a limit of fix.limits was reached by a market-data session.',
    label: 'limit',
    read: () => counts().reached,
  })
  metrics.gauge({
    name: 'market_data_relays',
    help: 'Connections of market-data and drop-copy sessions over TLS.',
    read: () => feedReader.relays.count,
  })
}

/** Drop copies over FIX; the same process again. */
function measureDropCopies(metrics: Metrics, feedReader: FeedReaderProcess): void {
  const state = () => feedReader.state.dropCopies
  metrics.gauge({
    name: 'fix_drop_copy_sessions',
    help: 'Drop-copy sessions logged on.',
    read: () => state().sessions,
  })
  metrics.gauge({
    name: 'fix_drop_copy_backlog_bytes',
    help: 'Durable journal bytes that the slowest of them has not looked at.',
    read: () => state().backlogBytes,
  })
  metrics.counters({
    name: 'fix_drop_copy_messages_total',
    help: 'ExecutionReports (8) and OrderCancelRejects (9) copied.',
    label: 'type',
    read: () => state().sent,
  })
  const total = totalsOf(metrics)
  total(
    'fix_drop_copy_consumers_dropped',
    'Connections closed because they read too slowly.',
    () => state().counts.reached.slowReaderMs,
  )
  total('fix_drop_copy_garbled', 'Their garbled messages, ignored.', () => state().counts.garbled)
  total(
    'fix_drop_copy_logons_refused',
    'Their connections closed at the Logon.',
    () => state().counts.logonsRefused,
  )
  metrics.counters({
    name: 'fix_drop_copy_limits_reached_total',
    help: 'How often a limit of fix.limits was reached by a drop-copy session.',
    label: 'limit',
    read: () => state().counts.reached,
  })
}
