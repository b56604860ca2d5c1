/**
 * The numbers of the process that serves the feed over TCP, market data and drop copies over FIX, as it told
 * them last.
 */
import type { FeedReaderProcess } from './feed-reader-process.ts'
import type { Metrics } from './runtime/index.ts'

/** Snapshots and stream; what it counts starts again with its process. */
export function measureFeedReader(metrics: Metrics, feedReader: FeedReaderProcess): void {
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
export function measureMarketData(metrics: Metrics, feedReader: FeedReaderProcess): void {
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
  const total = metrics.totals
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
export function measureDropCopies(metrics: Metrics, feedReader: FeedReaderProcess): void {
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
  const total = metrics.totals
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
