/**
 * A subscriber in a process of its own: follows the feed by lines, requests and snapshots, and says every
 * few milliseconds how far it is, and at every so manieth message what its books are; and once more
 * when its input ends.
 */
import { FeedSubscriber, MarketView } from '../../src/client/index.ts'
import type { FeedSubscriberOptions, SnapshotServer } from '../../src/client/index.ts'
import { decodeItch } from '../../src/wire/index.ts'
import { marketHash } from './feed-hash.ts'

/** Messages from one picture of the books to the next. */
const PICTURE_EVERY = 40_000
const STATUS_MS = 20

export interface FollowerOptions extends Pick<
  FeedSubscriberOptions,
  'lines' | 'interface' | 'retransmission'
> {
  readonly snapshot: SnapshotServer
}

/** A line of its output. */
export type FollowerLine =
  | { readonly picture: number; readonly hash: number }
  | {
      readonly next: number
      /** It has all that it knows of, and its books are sound. */
      readonly isLive: boolean
      readonly requests: number
      readonly snapshots: number
      readonly lost: number
      readonly problems: number
    }

const say = (line: FollowerLine): void => void process.stdout.write(`${JSON.stringify(line)}\n`)

async function follow({ snapshot, ...options }: FollowerOptions): Promise<void> {
  const market = new MarketView()
  const subscriber = await FeedSubscriber.open({
    ...options,
    nowMs: () => performance.now(),
    snapshot: {
      ...snapshot,
      awaited: () => market.markStale(),
      taken: ({ messages }) => market.restore(messages),
      failed: (reason) => console.error(reason),
    },
    listener: {
      sessionStarted: () => market.reset(),
      message(sequence, view, at, length) {
        market.apply(decodeItch(view, at, length)!)
        if (sequence % PICTURE_EVERY === 0) say({ picture: sequence, hash: marketHash(market) })
      },
      gapOpened() {},
      messagesLost() {},
      sessionEnded() {},
    },
  })
  setInterval(() => {
    const { arbiter } = subscriber
    const { requests, snapshots, lost } = arbiter.statistics
    const isLive = arbiter.session !== undefined && !arbiter.gapOpen && !arbiter.isAwaitingSnapshot
    const problems = Object.values(market.problems).reduce((sum, count) => sum + count, 0)
    say({ next: arbiter.next, isLive, requests, snapshots, lost, problems })
  }, STATUS_MS)
  process.stdin
    .on('end', () => {
      say({ picture: subscriber.arbiter.next - 1, hash: marketHash(market) })
      process.exit(0)
    })
    .resume()
}

await follow(JSON.parse(process.argv[2]!) as FollowerOptions)
