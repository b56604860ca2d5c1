/** A feed on one loopback line for benchmarks: no exchange and no journal behind it, its day is open. */
import type { EventSource } from '../../src/itch-feed/index.ts'
import { FeedPublisher, MulticastSender } from '../../src/itch-feed/index.ts'
import {
  EventType,
  RecordBuffer,
  instrumentListed,
  setRecordFeed,
  tradingDayOpened,
} from '../../src/wire/index.ts'

export const LINE = { group: '239.192.44.201', port: 26_901 }
export const LOOPBACK = '127.0.0.1'
/** Of the instrument that is listed. */
export const LOCATE = 1
/** No turn here is larger than an event-loop turn sends, so none is read again. */
const NO_JOURNAL: EventSource = {
  walkEvents: () => ({
    view: new DataView(new ArrayBuffer(0)),
    at: 0,
    position: 0,
    seek: () => {
      throw new Error('the lines are behind')
    },
    next: () => false,
  }),
}

export async function openLine(): Promise<{ sender: MulticastSender; publisher: FeedPublisher }> {
  const sender = await MulticastSender.open({ lines: [LINE], interface: LOOPBACK, ttl: 1 })
  const publisher = new FeedPublisher({ sender, journal: NO_JOURNAL })
  const events = new RecordBuffer(4096)
  const at = events.append(EventType.TradingDayOpened, 0, tradingDayOpened.length)
  const opened = tradingDayOpened.flyweight()
  opened.wrap(events.view, at)
  opened.midnightSeconds = 1_795_132_800
  opened.feedSession = '261120ab10'
  const listedAt = events.append(EventType.InstrumentListed, 0, instrumentListed.length)
  setRecordFeed(events.view, listedAt, 'R'.charCodeAt(0))
  const listed = instrumentListed.flyweight()
  listed.wrap(events.view, listedAt)
  listed.locate = LOCATE
  publisher.publish(events, 96, performance.now())
  return { sender, publisher }
}
