/**
 * Builds the feed of a channel from configuration: lines, publisher, retransmission server. The owner recovers
 * the journal into `publisher`, calls `start`, publishes each turn, catches up and ticks.
 */
import type { EventSource } from './event-source.ts'
import { FeedPublisher } from './feed-publisher.ts'
import type { MulticastOptions } from './multicast-sender.ts'
import { MulticastSender } from './multicast-sender.ts'
import { RetransmissionServer } from './retransmission-server.ts'
import { testMulticast } from './self-test.ts'

/** What of the `itch` part of config/exchange.yaml a channel needs. */
export interface FeedOptions extends MulticastOptions {
  readonly maxPayload: number
  /** 0..CHANNELS_MAX - 1; left out = 0. */
  readonly channel?: number
  /** Where exchange.yaml has it; left out = `itch`. */
  readonly setting?: string
  readonly retransmission?: RetransmissionPlace | undefined
}

/** Where requests are answered. */
export interface RetransmissionPlace {
  readonly host: string
  readonly port: number
  /** Networks whose requests are answered; left out or empty = every one. */
  readonly allow?: readonly string[]
}

export interface FeedEdges {
  readonly journal: EventSource
  /** Runs a function once the callbacks of this event-loop turn are through: setImmediate. */
  readonly schedule: (run: () => void) => void
}

export interface Feed {
  readonly publisher: FeedPublisher
  readonly sender: MulticastSender
  /** Undefined when the configuration has none, and before `start`. */
  readonly retransmission: RetransmissionServer | undefined
  /** Proves that multicast works here, then answers requests. Call it after recovery. */
  start(): Promise<void>
  close(): Promise<void>
}

/** @throws ExchangeError EXC_MULTICAST_UNAVAILABLE; `start` also EXC_PORT_IN_USE */
export async function openFeed(
  options: FeedOptions,
  { journal, schedule }: FeedEdges,
): Promise<Feed> {
  const { maxPayload, channel = 0, setting = 'itch' } = options
  const sender = await MulticastSender.open(options)
  const publisher = new FeedPublisher({ sender, journal, channel, maxPayload })
  const { stream } = publisher
  let retransmission: RetransmissionServer | undefined

  return {
    publisher,
    sender,
    get retransmission() {
      return retransmission
    },
    async start() {
      await testMulticast({ ...options, ports: sender.ports, sendIdle: () => stream.sendIdle() })
      if (options.retransmission === undefined) return
      retransmission = await RetransmissionServer.open({
        ...options.retransmission,
        setting: `${setting}.retransmission`,
        maxPayload,
        stream,
        journal,
        schedule,
      })
    },
    async close() {
      await retransmission?.close()
      await sender.close()
    },
  }
}
