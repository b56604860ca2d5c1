/**
 * The exchange's numbers for /metrics. The hot path counts in plain fields; these functions read them
 * when somebody asks. docs/operations/metrics.md lists every one.
 */
import type { AdminApi } from './admin/index.ts'
import { countStandings } from './admin/index.ts'
import type { AssembledExchange } from './assemble.ts'
import type { DropCopySupervisor } from './dropcopy/supervisor/index.ts'
import type { EngineState } from './engine/index.ts'
import type { FeedReaderProcess } from './feed-reader-process.ts'
import type { FixAcceptor } from './fix-acceptor/index.ts'
import type { ShadowProcess } from './shadow-process.ts'
import type { ChannelFeeds, Feed, RetransmissionServer } from './itch-feed/index.ts'
import type { Journal, NodeDisk } from './journal/index.ts'
import { measureDropCopies, measureFeedReader, measureMarketData } from './measure-feed-reader.ts'
import { Metrics } from './runtime/index.ts'

export interface MeasuredParts {
  readonly exchange: AssembledExchange
  readonly journal: Journal
  /** The journal's own. */
  readonly disk: NodeDisk
  readonly feed: ChannelFeeds
  readonly feedReader: FeedReaderProcess
  readonly dropCopy: DropCopySupervisor
  readonly shadow: ShadowProcess
  readonly admin: AdminApi
}

type Measure = (name: string, help: string, read: () => number) => void

export function measureExchange(parts: MeasuredParts): Metrics {
  const { exchange, journal, feed, feedReader, shadow, admin } = parts
  const { engine, acceptor, clock, queue } = exchange
  const { state } = engine
  const metrics = new Metrics()
  metrics.collectProcess()

  const total = metrics.totals
  const now: Measure = (name, help, read) => metrics.gauge({ name, help, read })

  total('journal_groups', 'Turns in the journal.', () => journal.groupNumber)
  total('journal_commands', 'Commands in the journal.', () => journal.nextCommandNumber - 1)
  total('journal_bytes', 'Bytes of all groups in the journal.', () => journal.nextPosition)
  now(
    'journal_reserved_bytes',
    'Bytes that can be appended without reserving disk space.',
    () => journal.bytesReserved,
  )
  now('queue_commands', 'Commands that wait for a turn.', () => queue.count)
  total('executions', 'ExecutionReports with an ExecID, ever.', () => state.numbers.nextExecId - 1)
  total('matches', 'Executions of two orders, ever.', () => state.numbers.nextMatchNumber - 1)
  now('live_orders', 'Orders on the books.', () => state.orderPool.liveCount)
  now(
    'orders_today',
    'Orders and replacements since the trading day opened.',
    () => state.ordersToday,
  )
  measureMarket(metrics, state)
  measureOrders(metrics, acceptor)
  measureFixPort(metrics, exchange)
  measureLatency(metrics, parts)
  total('feed_messages', 'ITCH messages of the current feed session.', () => engine.feedCount)
  now('feed_backlog_bytes', 'Durable journal bytes that wait for the lines.', () => {
    const { behindFrom = journal.nextPosition } = feed.publisher
    return journal.nextPosition - behindFrom
  })
  measureFeeds(metrics, feed)
  measureFeedReader(metrics, feedReader)
  measureMarketData(metrics, feedReader)
  measureDropCopies(metrics, feedReader)
  measureDropCopy(metrics, parts)
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

/** Of this process; what is counted over the exchange's whole life is in the journal. */
function measureOrders(metrics: Metrics, { events }: FixAcceptor): void {
  metrics.counters({
    name: 'orders_total',
    help: 'Events of orders: each order that was accepted, each execution of one side, and so on.',
    label: 'event',
    read: () => events.orders,
  })
  metrics.table({
    name: 'rejects_total',
    help: 'Rejects by MsgType(35) and the name of the reason.',
    labels: ['type', 'reason'],
    read: () => events.rejects(),
  })
}

function measureMarket(metrics: Metrics, state: EngineState): void {
  metrics.gauges({
    name: 'instruments',
    help: 'Listed instruments by what they do: trading, halted, paused or collecting.',
    label: 'state',
    read: () => countStandings(state),
  })
  metrics.gauge({
    name: 'breaker_level',
    help: 'Level of the halt of the whole market that is in force; 0 = none.',
    read: () => state.day.breaker?.haltLevel ?? 0,
  })
}

function measureFixPort(metrics: Metrics, { acceptor, messageLog }: AssembledExchange): void {
  const total = metrics.totals
  const now: Measure = (name, help, read) => metrics.gauge({ name, help, read })

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
  now(
    'fix_outbox_bytes',
    'Bytes for counterparties that the kernel has not taken.',
    () => acceptor.waitingBytes,
  )
  now(
    'fix_outbox_messages',
    'Messages that have a number and were not written yet, of sessions that are connected.',
    () => acceptor.waitingMessages,
  )
  total(
    'fix_resends_sent',
    'ResendRequests(2) that we sent: messages of a counterparty were missing.',
    () => acceptor.events.resendRequests,
  )
  total(
    'fix_resends_received',
    'Times that a counterparty asked for messages again: ResendRequest(2), or 789 of a Logon.',
    () => acceptor.counts.resendsAsked,
  )
}

/** Buckets of LATENCY_BOUNDS. */
function measureLatency(metrics: Metrics, { exchange: { times }, disk }: MeasuredParts): void {
  metrics.latency({
    name: 'turn_stage_seconds',
    help: 'Stages of a turn: how long its first command waited, and what the turn took.',
    label: 'stage',
    of: times.stages,
  })
  metrics.latency({
    name: 'turn_seconds',
    help: 'From the first command of a turn, as it was queued, until its reports are with the sockets.',
    of: { turn: times.turn },
  })
  metrics.latency({
    name: 'journal_sync_seconds',
    help: 'Each fdatasync of the journal.',
    of: { sync: disk.syncs },
  })
}

function measureDropCopy(metrics: Metrics, { exchange, journal, dropCopy }: MeasuredParts): void {
  const total = metrics.totals
  const now: Measure = (name, help, read) => metrics.gauge({ name, help, read })
  const { events } = exchange.engine.state
  const startedSeconds = events.epochSeconds

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
  now('dropcopy_lag_groups', 'Turns in the journal that are not in the database yet.', () =>
    Math.max(0, journal.groupNumber - dropCopy.groupNumber),
  )
  now(
    'dropcopy_lag_seconds',
    "From the last turn in the database to the newest one, by the exchange's clock.",
    () => {
      if (dropCopy.groupNumber >= journal.groupNumber) return 0
      const { appliedSeconds = startedSeconds } = dropCopy
      return Math.max(0, events.epochSeconds + events.nanoseconds / 1e9 - appliedSeconds)
    },
  )
}

/** Of all channels together. The retransmission servers are there once the feed has started. */
function measureFeeds(metrics: Metrics, { feeds }: ChannelFeeds): void {
  const total = (name: string, help: string, of: (feed: Feed) => number) =>
    metrics.totals(name, help, () => feeds.reduce((sum, feed) => sum + of(feed), 0))
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
  const total = metrics.totals
  total('shadow_restarts', 'Times the shadow was started again.', () => shadow.restarts)
  total('snapshots', 'Snapshots written.', () => shadow.state.snapshots)
  total(
    'snapshot_failures',
    'Snapshots that could not be written.',
    () => shadow.state.snapshotFailures,
  )
}
