/**
 * Messages that the ring has no more, printed again from the journal: the same bytes, since a
 * message is a function of its event, its day's midnight and the symbols. A page holds the
 * messages of one stretch of the index as far as they have been read, so that whoever asks for a
 * long gap packet by packet has each event read once.
 */
import { assert } from '../domain/index.ts'
import { feedLocate, ITCH_MESSAGE_BYTES_MAX, recordFeed, recordLength } from '../wire/index.ts'
import type { EventSource, EventWalk } from './event-source.ts'
import type { FeedSession } from './feed-session.ts'
import { ItchPrinter } from './itch-printer.ts'
import { MessageRing } from './message-ring.ts'
import { INDEX_STRIDE } from './sequence-index.ts'
import type { SymbolTable } from './symbol-table.ts'

/** The page that was asked for longest ago goes first: 1 MiB in all. */
export const PAGES_KEPT_MAX = 16

export class Page {
  readonly session: FeedSession
  /** Those of the stretch that have been read. */
  readonly messages = new MessageRing(INDEX_STRIDE)
  /** Sequence number behind the stretch. */
  readonly end: number
  /** Where in the journal the reading goes on. */
  position: number

  constructor(session: FeedSession, sequence: number) {
    const { first, end, position } = session.index.stretchOf(sequence)
    this.session = session
    this.end = end
    this.position = position
    this.messages.clear(first)
  }

  has(sequence: number): boolean {
    return sequence < this.messages.next
  }
}

export class MessageArchive {
  /** By session and first message, longest unused first. */
  private readonly pages = new Map<string, Page>()
  private readonly walk: EventWalk
  private readonly printer: ItchPrinter
  private readonly printed = new Uint8Array(ITCH_MESSAGE_BYTES_MAX)
  private readonly printedView = new DataView(this.printed.buffer)

  constructor(journal: EventSource, symbols: SymbolTable) {
    this.walk = journal.walkEvents()
    this.printer = new ItchPrinter(symbols)
  }

  /** The page of a message that was on the lines. */
  pageOf(session: FeedSession, sequence: number): Page {
    const key = `${session.name} ${session.index.stretchOf(sequence).first}`
    const kept = this.pages.get(key)
    const page = kept?.session === session ? kept : new Page(session, sequence)
    this.pages.delete(key)
    this.pages.set(key, page)
    for (const oldest of this.pages.keys()) {
      if (this.pages.size <= PAGES_KEPT_MAX) break
      this.pages.delete(oldest)
    }
    return page
  }

  /**
   * Reads on until the page has the message, or the reading has gone `bytesMax` further.
   * @returns bytes that it went
   * @throws ExchangeError JournalDamaged, JournalUnreadable
   */
  read(page: Page, sequence: number, bytesMax: number): number {
    const { walk } = this
    const from = page.position
    walk.seek(from)
    this.printer.midnightSeconds = page.session.midnightSeconds
    while (!page.has(sequence) && page.position - from < bytesMax) {
      assert(walk.next(), 'a message that was on the lines is in the journal')
      if (this.isOn(page.session)) this.print(page)
      page.position = walk.position + recordLength(walk.view, walk.at)
    }
    return page.position - from
  }

  private isOn(session: FeedSession): boolean {
    const { view, at } = this.walk
    return recordFeed(view, at) !== 0 && session.carries(feedLocate(view, at))
  }

  private print({ messages }: Page): void {
    const { view, at } = this.walk
    const length = this.printer.print(view, at, this.printedView, 0)
    messages.append(this.printed, 0, length)
  }
}
