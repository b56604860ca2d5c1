/** Builds the feed of every channel from configuration, and starts and closes them together. */
import { FeedChannels } from './feed-channels.ts'
import type { Feed, FeedEdges, FeedOptions } from './open-feed.ts'
import { openFeed } from './open-feed.ts'

/** The `itch` part of config/exchange.yaml that the feed needs. */
export interface ChannelsOptions extends Pick<FeedOptions, 'interface' | 'ttl' | 'maxPayload'> {
  readonly channels: readonly Pick<FeedOptions, 'lines' | 'retransmission' | 'setting'>[]
}

export interface ChannelFeeds {
  /** By channel. */
  readonly feeds: readonly Feed[]
  readonly publisher: FeedChannels
  /** Proves that multicast works here, then answers requests. Call it after recovery. */
  start(): Promise<void>
  close(): Promise<void>
}

/** @throws ExchangeError EXC_MULTICAST_UNAVAILABLE; `start` also EXC_PORT_IN_USE */
export async function openChannels(
  { channels, ...common }: ChannelsOptions,
  edges: FeedEdges,
): Promise<ChannelFeeds> {
  const feeds: Feed[] = []
  const close = async () => {
    await Promise.all(feeds.map((feed) => feed.close()))
  }
  try {
    for (const [channel, options] of channels.entries()) {
      feeds.push(await openFeed({ ...common, ...options, channel }, edges))
    }
  } catch (error) {
    await close()
    throw error
  }

  return {
    feeds,
    publisher: new FeedChannels(feeds.map(({ publisher }) => publisher)),
    async start() {
      for (const feed of feeds) await feed.start()
    },
    close,
  }
}
