/**
 * One MoldUDP64 session, the sequence of a trading day's messages on a channel, as far as it has been
 * on the lines: enough to find each of them in the journal again.
 */
import type { StateTransfer } from '../domain/index.ts'
import { assert, CHANNELS_MAX } from '../domain/index.ts'
import { SequenceIndex } from './sequence-index.ts'

/** A stock locate is a u16. */
const LOCATES = 65_536
/** What is not listed yet has no place. */
const Place = { Here: 1, Elsewhere: 2 } as const

export class FeedSession {
  readonly name: string
  /** UTC midnight that its timestamps count from, in seconds since 1970. */
  readonly midnightSeconds: number
  readonly index = new SequenceIndex()
  /** Sequence number of the next message. */
  next = 1
  /** S `C` was the last message. */
  ended = false
  /** The highest one that an instrument of the day is on. */
  lastChannel = 0
  private readonly channel: number
  /** By stock locate; 0 is what concerns no instrument, and so every channel. */
  private places = new Uint8Array(LOCATES)

  /** @param channel 0..CHANNELS_MAX - 1 */
  constructor(name: string, midnightSeconds: number, channel = 0) {
    this.name = name
    this.midnightSeconds = midnightSeconds
    this.channel = channel
    this.places[0] = Place.Here
  }

  /**
   * An instrument is listed. The first time in the day decides on which channel it is: whatever
   * is configured later, no number is said again with another message.
   */
  list(locate: number, channel: number): void {
    if (this.places[locate] !== 0) return
    this.places[locate] = channel === this.channel ? Place.Here : Place.Elsewhere
    this.lastChannel = Math.max(this.lastChannel, channel)
  }

  /** Whether messages with this locate are on the channel. */
  carries(locate: number): boolean {
    const place = this.places[locate]
    assert(place !== 0, 'an instrument is listed before anything else is said of it')
    return place === Place.Here
  }

  /** @param part its name in a snapshot */
  transfer(part: string, transfer: StateTransfer): void {
    this.next = transfer.value(`${part}.next`, this.next)
    this.ended = transfer.value(`${part}.ended`, this.ended)
    this.lastChannel = transfer.value(`${part}.lastChannel`, this.lastChannel)
    this.places = transfer.column(`${part}.places`, this.places, LOCATES)
    this.index.transfer(part, transfer)
  }

  /** Counts a message. @param position of its event in the journal */
  note(position: number): void {
    this.index.note(this.next, position)
    this.next++
  }
}

/**
 * The session of a channel on a trading day: the day's name, whose last character is that of channel 0,
 * with the channel's own.
 */
export function sessionOfChannel(dayName: string, channel: number): string {
  return channel === 0
    ? dayName
    : dayName.slice(0, -1) + channel.toString(CHANNELS_MAX).toUpperCase()
}
