/**
 * A trading day on the assembled exchange in which every kind of line comes about, with the evening between
 * it and the next: three firms over FIX, on a disk in memory.
 */
import { JournalReader } from '../../src/journal/index.ts'
import type { Group } from '../../src/journal/index.ts'
import { AccountTokens, exportDay } from '../../src/audit/index.ts'
import type { StageClient } from '../support/exchange-stage.ts'
import { ExchangeStage } from '../support/exchange-stage.ts'
import type { MemoryDisk } from '../support/memory-disk.ts'
import { limitsOf } from '../support/risk.ts'

export const SECRET = '5f1d9e6c2b7a48031f6ad2c49be07713'
export const FIRST_DAY = 20261123
export const SECOND_DAY = 20261124
export const DIRECTORY = '/data/journal'

/** Half a minute before midnight in New York, where the day ends. */
const START = '2026-11-24T04:59:30.000Z'
const SESSIONS = [
  { senderCompId: 'ACME', firm: 'ACME', accounts: ['ACME-1', 'ACME-2'] },
  { senderCompId: 'GLOBEX', firm: 'GLOBEX', accounts: [], conditionalRequired: 'bmr' as const },
  { senderCompId: 'HOOLI', firm: 'HOOLI', accounts: ['HOOLI-1'], includePendings: true },
]
const LOGON = '35=A|98=0|108=60|141=N'
const LIMITED = '35=D|55=AAPL|40=2|60=20261124-04:59:30'
const MSFT = '35=D|55=MSFT|40=2|60=20261124-04:59:30'
const CANCEL = '35=F|55=AAPL|60=20261124-04:59:30'

export interface TradingDay {
  readonly disk: MemoryDisk
  /** Messages that asked something of the book, or questioned what it did. */
  readonly asked: readonly string[]
}

/** What the firms say, one after the other. */
const CONVERSATION: readonly (readonly ['ACME' | 'GLOBEX' | 'HOOLI', string])[] = [
  ['ACME', `${LIMITED}|11=A1|54=2|38=100|44=182.50|59=1`],
  ['GLOBEX', `${LIMITED}|11=G1|54=1|38=60|44=182.50|59=3`],
  ['ACME', `35=G|55=AAPL|40=2|60=20261124-04:59:30|11=A2|41=A1|54=2|38=120|44=182.60|59=1`],
  ['ACME', `${LIMITED}|11=A1|54=2|38=100|44=182.50|59=1`],
  ['ACME', `${LIMITED}|11=A2|54=2|38=100|44=182.50|59=1|97=Y`],
  // An iceberg: its next part is put on the feed.
  ['GLOBEX', `${LIMITED}|11=G2|54=1|38=300|44=182.00|59=0|111=100`],
  ['ACME', `${LIMITED}|11=A3|54=2|38=100|44=182.00|59=4`],
  ['GLOBEX', `${CANCEL}|11=G3|41=G2|54=1`],
  ['GLOBEX', `${CANCEL}|11=G4|41=G2|54=1`],
  ['GLOBEX', `${CANCEL}|11=G5-is-an-id-of-more-than-twenty|41=G2|54=1`],
  // Refused at the door: by an ExecutionReport, once more as its status, by Reject and by BusinessMessageReject.
  ['ACME', `35=D|55=ZZZZ|40=2|60=20261124-04:59:30|11=A4|54=1|38=10|44=1.25|1=ACME-2`],
  ['ACME', `35=D|55=ZZZZ|40=2|60=20261124-04:59:30|11=A4|54=1|38=10|44=1.25|1=ACME-2|97=Y`],
  ['ACME', `${LIMITED}|11=A5|54=1|38=10|44=180|1=NOBODY`],
  ['ACME', `35=D|55=AAPL|40=2|60=20261124-04:59:30|11=A6|38=10|44=180`],
  ['GLOBEX', `35=D|55=AAPL|40=2|60=20261124-04:59:30|11=G6|54=1|38=10`],
  ['ACME', `${LIMITED}|11=A7|54=1|38=5000|44=180|1=ACME-2`],
  // A stop that a trade sets off.
  ['HOOLI', `35=D|55=MSFT|40=3|60=20261124-04:59:30|11=H1|54=1|38=10|99=415.50|59=0`],
  ['ACME', `${MSFT}|11=A8|54=2|38=30|44=415.50|59=0`],
  ['GLOBEX', `${MSFT}|11=G7|54=1|38=10|44=415.50|59=0|18=Q`],
  // Everything of a session.
  ['HOOLI', `${MSFT}|11=H2|54=1|38=10|44=400|59=6|432=20261130`],
  ['HOOLI', `35=q|11=H3|530=7|60=20261124-04:59:30`],
  ['HOOLI', `35=q|11=H4|530=1|55=ZZZZ|60=20261124-04:59:30`],
  // What ends by itself, by the clock and for want of quantity.
  ['HOOLI', `${MSFT}|11=H5|54=1|38=10|44=390|59=6|126=20261124-04:59:50|7928=DESK|8000=O`],
  ['GLOBEX', `${MSFT}|11=G8|54=1|38=10|44=380|59=3|110=10`],
  ['ACME', `${LIMITED}|11=A9|54=1|38=10|44=180.00001`],
  ['GLOBEX', `35=Q|37=2|17=4|127=D|55=AAPL|54=1|38=60|58=not ours`],
  ['GLOBEX', `35=Q|37=1|17=3|127=D|55=AAPL|54=1|38=60|58=not ours`],
]
/** These ask something of the exchange, but nothing of the book. */
const QUESTIONS: readonly (readonly ['ACME' | 'GLOBEX' | 'HOOLI', string])[] = [
  ['ACME', `35=H|11=A2|55=AAPL|54=2`],
  ['ACME', `35=H|11=nothing|55=AAPL|54=2`],
  ['ACME', `35=AF|584=S1|585=7`],
  ['ACME', `35=AF|584=S2|585=1|55=ZZZZ`],
  ['ACME', `35=D1|11=A11`],
]

export async function aTradingDay(): Promise<TradingDay> {
  const stage = new ExchangeStage({ start: START, sessions: SESSIONS })
  stage.exchange.setLimits(limitsOf({ 'account ACME ACME-2': { maxOrderQty: 1000 } }))
  const clients: Record<string, StageClient> = {}
  for (const { senderCompId: name } of SESSIONS) {
    clients[name] = stage.connect(name)
    await stage.ask(clients[name], LOGON)
  }
  for (const [name, text] of [...CONVERSATION, ...QUESTIONS]) {
    stage.clock.advance(1)
    await stage.ask(clients[name]!, text)
  }

  await stage.advance(32_000)
  await stage.ask(clients['ACME']!, `${CANCEL}|11=A10|41=A2|54=2`)
  if (stage.fatal.length > 0) throw stage.fatal[0]
  return { disk: stage.disk, asked: CONVERSATION.map(([, text]) => text) }
}

/** The lines of a day's export. */
export const linesOfDay = (disk: MemoryDisk, tradingDate = FIRST_DAY, secret = SECRET): string[] =>
  Array.from(
    exportDay({ disk, directory: DIRECTORY, tradingDate, tokens: new AccountTokens(secret) }),
  )

/** A line as it was before it was printed. */
export type Line = Readonly<Record<string, unknown>>

export const parsed = (lines: readonly string[]): Line[] =>
  lines.map((line) => JSON.parse(line) as Line)

/** All turns of the journal. */
export function* turnsOf(disk: MemoryDisk): Generator<Group> {
  const reader = JournalReader.open({ disk, directory: DIRECTORY })
  yield* reader.read()
  reader.close()
}
