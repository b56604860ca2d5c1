/**
 * Random trading for the audit trail: with what the acceptor refuses, what operations do now and then, and
 * much work for several turns; each command in a turn of its own, or put together to turns of many.
 */
import type { RecordedTurn } from '../../src/audit/asked-command.ts'
import { CxlRejResponseTo } from '../../src/domain/index.ts'
import { Journal } from '../../src/journal/index.ts'
import type { VenueConfiguration } from '../../src/wire/index.ts'
import {
  CommandType,
  RECORD_HEADER_BYTES,
  RecordBuffer,
  recordLength,
  recordType,
} from '../../src/wire/index.ts'
import { VENUE } from '../engine/engine-pair.ts'
import type { EngineCommand } from '../support/engine-commands.ts'
import { Dice } from '../support/dice.ts'
import type { RecordedTurn as ExecutedTurn } from '../support/engine-driver.ts'
import { EngineDriver, FIRST_DAY } from '../support/engine-driver.ts'
import { Desk, randomIntent } from '../support/engine-intents.ts'
import { MemoryDisk } from '../support/memory-disk.ts'
import { limitsOf } from '../support/risk.ts'
import { DIRECTORY } from './a-trading-day.ts'

/** The dates of these days run ahead of their times, so none can be looked for by its time. */
const SEGMENT_BYTES = 1 << 23
/** Few, so that much is work for several turns. */
const VENUE_OF_WORK: VenueConfiguration = {
  ...VENUE,
  ordersPerCommandMax: 5,
  sessions: VENUE.sessions.map((session, i) => ({
    ...session,
    reports: { ...session.reports, includePendings: i % 2 === 0 },
  })),
}

/** Random trading, with what the acceptor refuses and what operations do now and then. */
export function aRandomMarket(seed: number, commands: number): EngineDriver {
  const dice = new Dice(seed)
  const desk = new Desk(VENUE_OF_WORK, FIRST_DAY)
  const market = new EngineDriver(VENUE_OF_WORK, true)
  market.run({ kind: 'configure', configuration: VENUE_OF_WORK })
  market.run({ kind: 'openDay', tradingDate: FIRST_DAY })
  for (let i = 0; i < commands; i++) {
    const intent = randomIntent(VENUE_OF_WORK, dice.next)
    for (const command of desk.say(intent, market.now)) market.run(withAnswer(command))
    if (dice.chance(0.1)) refuseSomething(market, dice, i)
    if (dice.chance(0.005)) operate(market, dice)
  }
  return market
}

/** The answer about an unknown trade as the acceptor writes it. */
const withAnswer = (command: EngineCommand): EngineCommand =>
  command.kind === 'dontKnow' ? { ...command, reject: '372=Q\u0001' } : command

function refuseSomething(market: EngineDriver, dice: Dice, i: number): void {
  const session = dice.between(1, VENUE.sessions.length)
  const clOrdId = dice.chance(0.5) ? `R${i - dice.below(40)}` : ''
  const from = { session, clOrdId, possResend: dice.chance(0.5) }
  const responseTo = CxlRejResponseTo.Cancel
  dice.pick([
    () => market.run({ kind: 'refuseOrder', ...from, body: '58=no\u0001' }),
    () => market.run({ kind: 'refuseRequest', ...from, origClOrdId: 'X', responseTo, body: '' }),
    () => market.run({ kind: 'send', session, msgType: 'j', body: '372=D\u0001' }),
    () => market.run({ kind: 'resetSequence', session }),
    () => market.run({ kind: 'logOn', session, resetSeqNum: false }),
  ])!()
}

function operate(market: EngineDriver, dice: Dice): void {
  const isKilled = dice.chance(0.5)
  const [first, ...others] = VENUE.instruments
  const instruments = [{ ...first!, listed: dice.chance(0.5) }, ...others]
  dice.pick([
    () => market.setLimits(limitsOf({ venue: isKilled ? { killed: true } : {} })),
    () => market.configure({ instruments }),
  ])!()
  if (isKilled) market.setLimits(limitsOf({}))
}

/** A turn of many commands, and for each of its events the number of the command that caused it. */
export interface MergedTurn extends RecordedTurn {
  readonly causes: readonly number[]
  readonly epochSeconds: number
  readonly nanoseconds: number
}

/** As turns come about: what continues work and what is due have turns of their own, and work ends one. */
export function merged(
  executed: readonly ExecutedTurn[],
  dice: Pick<Dice, 'chance'>,
): MergedTurn[] {
  const turns: MergedTurn[] = []
  let waiting: ExecutedTurn[] = []
  let number = 1
  let asking = 0
  const flush = (): void => {
    if (waiting.length === 0) return
    const turn = putTogether(waiting, number, asking)
    turns.push(turn)
    const isContinued = typeOf(waiting[0]!) === CommandType.ContinueWork
    if (!isContinued) asking = number + waiting.length - 1
    number += waiting.length
    waiting = []
  }
  executed.forEach((one, i) => {
    const next = executed[i + 1]
    waiting.push(one)
    const isOwn = [one, next].some((turn) => turn === undefined || OWN.includes(typeOf(turn)))
    if (isOwn || dice.chance(0.02)) flush()
  })
  return turns
}

const OWN: readonly number[] = [CommandType.ContinueWork, CommandType.PassTime]
const viewOf = (bytes: Uint8Array<ArrayBuffer>) =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
const typeOf = ({ commands }: ExecutedTurn): number => recordType(viewOf(commands), 0)

function putTogether(
  parts: readonly ExecutedTurn[],
  commandNumber: number,
  asking: number,
): MergedTurn {
  const isContinued = typeOf(parts[0]!) === CommandType.ContinueWork
  const causes = parts.flatMap(({ events }, i) =>
    offsetsOf(events).map(() => (isContinued ? asking : commandNumber + i)),
  )
  const commands = Buffer.concat(parts.map((part) => part.commands))
  const bytes = new Uint8Array(Buffer.concat([commands, ...parts.map((part) => part.events)]))
  return {
    view: viewOf(bytes),
    commandNumber,
    commandsStart: 0,
    eventsStart: commands.length,
    eventsEnd: bytes.length,
    positionOf: (offset) => offset,
    causes,
    epochSeconds: parts.at(-1)!.turn.epochSeconds,
    nanoseconds: parts.at(-1)!.turn.nanoseconds,
  }
}

function offsetsOf(records: Uint8Array<ArrayBuffer>, from = 0): number[] {
  const view = viewOf(records)
  const offsets: number[] = []
  for (let at = from; at < records.length; at += recordLength(view, at)) offsets.push(at)
  return offsets
}

/** A journal that holds these turns, in memory. */
export async function journalOf(turns: readonly MergedTurn[]): Promise<MemoryDisk> {
  const disk = new MemoryDisk()
  const journal = Journal.open({
    disk,
    directory: DIRECTORY,
    journalId: () => 'journal-of-random-trading',
    durability: 'os',
    segmentBytes: SEGMENT_BYTES,
  })
  for (const turn of turns) {
    const { epochSeconds, nanoseconds, view, eventsStart, eventsEnd } = turn
    const stamp = { epochSeconds, nanoseconds, feedSequence: 0 }
    journal.append(stamp, recordsOf(view, 0, eventsStart), recordsOf(view, eventsStart, eventsEnd))
  }
  await journal.close()
  return disk
}

function recordsOf(view: DataView, start: number, end: number): RecordBuffer {
  // zlib's checksum of an empty buffer without memory of its own is 0.
  const buffer = new RecordBuffer(Math.max(end - start, RECORD_HEADER_BYTES))
  buffer.bytes.set(new Uint8Array(view.buffer as ArrayBuffer, view.byteOffset + start, end - start))
  buffer.length = end - start
  for (let at = start; at < end; at += recordLength(view, at)) buffer.count++
  return buffer
}
