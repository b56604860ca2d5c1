/** The feed as the journal says it, from its first day on, without the process that said it. */
import { ItchPrinter, SymbolTable } from '../../src/itch-feed/index.ts'
import { JournalReader, NodeDisk } from '../../src/journal/index.ts'
import {
  EventType,
  ITCH_MESSAGE_BYTES_MAX,
  recordLength,
  recordType,
  tradingDayOpened,
} from '../../src/wire/index.ts'

/** Message bytes in hexadecimal by `session sequence`, as the journal says them. */
export function printFeed(directory: string): Map<string, string> {
  const messages = new Map<string, string>()
  const printer = new ItchPrinter(new SymbolTable())
  const bytes = new Uint8Array(ITCH_MESSAGE_BYTES_MAX)
  let day = { feedSession: '', sequence: 0 }
  const reader = JournalReader.open({ disk: new NodeDisk(), directory })
  for (const { view, eventsStart, eventsEnd } of reader.read()) {
    for (let at = eventsStart; at < eventsEnd; at += recordLength(view, at)) {
      if (recordType(view, at) === EventType.TradingDayOpened) {
        const { feedSession, midnightSeconds } = tradingDayOpened.decode(view, at)
        printer.midnightSeconds = midnightSeconds
        day = { feedSession, sequence: 0 }
      }
      const length = printer.print(view, at, new DataView(bytes.buffer), 0)
      if (length === 0) continue
      const content = Buffer.from(bytes.subarray(0, length)).toString('hex')
      messages.set(`${day.feedSession} ${++day.sequence}`, content)
    }
  }
  reader.close()
  return messages
}
