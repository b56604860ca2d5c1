/**
 * The small language of the journal's tests: turns made of a number, appended, and read back as plain
 * data to compare.
 */
import type { Group, JournalOptions } from '../../src/journal/index.ts'
import { Journal } from '../../src/journal/index.ts'
import {
  CommandType,
  EventType,
  RecordBuffer,
  messageSent,
  recordLength,
  sendMessage,
} from '../../src/wire/index.ts'
import { MemoryDisk } from '../support/memory-disk.ts'

export const DIRECTORY = '/data/journal'
export const SEGMENT_1 = `${DIRECTORY}/00000001.log`
export const SEGMENT_2 = `${DIRECTORY}/00000002.log`

export const openJournal = (disk: MemoryDisk, options: Partial<JournalOptions> = {}): Journal =>
  Journal.open({
    disk,
    directory: DIRECTORY,
    journalId: () => 'journal-of-the-tests',
    durability: 'fsync',
    segmentBytes: 8192,
    ...options,
  })

/** A journal on a new disk holding turns 1 to `count`. */
export function aJournal(
  count: number,
  options: Partial<JournalOptions> = {},
): { disk: MemoryDisk; journal: Journal } {
  const disk = new MemoryDisk()
  const journal = openJournal(disk, options)
  for (let turn = 1; turn <= count; turn++) appendTurn(journal, turn)
  return { disk, journal }
}

/** A turn as it is read back. */
export interface Turn {
  readonly groupNumber: number
  readonly commandNumber: number
  readonly run: number
  readonly epochSeconds: number
  readonly nanoseconds: number
  readonly feedSequence: number
  readonly commands: readonly string[]
  readonly events: readonly string[]
}

/** One command and one event whose bodies differ from turn to turn, in content and length. */
export function appendTurn(
  journal: Journal,
  turn: number,
  bodyBytes = 8 + ((turn * 40) % 160),
): void {
  const commands = new RecordBuffer(64)
  const events = new RecordBuffer(64)
  const body = bodyOf(turn, bodyBytes)
  putCommand(commands, `ask ${body}`)
  putEvent(events, `say ${body}`)
  journal.append(stampOf(turn), commands, events)
}

export const stampOf = (turn: number) => ({
  epochSeconds: 1_800_000_000 + turn,
  nanoseconds: turn,
  feedSequence: turn * 10,
})

export const bodyOf = (turn: number, bytes: number): string => `turn ${turn} `.padEnd(bytes, '.')

export function putCommand(commands: RecordBuffer, body: string): number {
  const at = commands.append(CommandType.SendMessage, 1, sendMessage.length + body.length)
  const message = { expectedMsgSeqNum: 0, msgType: 0x33, reserved: 0, bodyLength: body.length }
  sendMessage.encode(commands.view, at, message)
  putText(commands.view, at + sendMessage.length, body)
  return at
}

export function putEvent(events: RecordBuffer, body: string): number {
  const at = events.append(EventType.MessageSent, 1, messageSent.length + body.length)
  const message = { ...NO_EVENT, msgType: 0x33, bodyLength: body.length }
  messageSent.encode(events.view, at, message)
  putText(events.view, at + messageSent.length, body)
  return at
}

export function putText(view: DataView, at: number, body: string): void {
  for (let i = 0; i < body.length; i++) view.setUint8(at + i, body.charCodeAt(i))
}

const NO_EVENT = {
  msgSeqNum: 0,
  expectedMsgSeqNum: 0,
  previousPosition: 0,
  epochSeconds: 0,
  nanoseconds: 0,
  execId: 0,
  reset: 0,
  dialect: 0,
  reserved: 0,
  reserved2: 0,
}

export const readTurn = (group: Group): Turn => ({
  groupNumber: group.groupNumber,
  commandNumber: group.commandNumber,
  run: group.run,
  epochSeconds: group.epochSeconds,
  nanoseconds: group.nanoseconds,
  feedSequence: group.feedSequence,
  commands: bodies(group.view, group.commandsStart, group.commandsEnd, sendMessage),
  events: bodies(group.view, group.eventsStart, group.eventsEnd, messageSent),
})

export const readTurns = (groups: Iterable<Group>): Turn[] => Array.from(groups, readTurn)

/** The turns 1 to `count` as `appendTurn` writes them; `runOf` tells the run of each. */
export const turnsUpTo = (count: number, runOf: (turn: number) => number = () => 1): Turn[] =>
  Array.from({ length: count }, (_, i) => {
    const turn = i + 1
    const body = bodyOf(turn, 8 + ((turn * 40) % 160))
    return {
      groupNumber: turn,
      commandNumber: turn,
      run: runOf(turn),
      ...stampOf(turn),
      commands: [`ask ${body}`],
      events: [`say ${body}`],
    }
  })

type WithBody = typeof sendMessage | typeof messageSent

function bodies(view: DataView, start: number, end: number, codec: WithBody): string[] {
  const result: string[] = []
  for (let at = start; at < end; at += recordLength(view, at)) result.push(bodyAt(view, at, codec))
  return result
}

export function bodyAt(view: DataView, at: number, codec: WithBody): string {
  const { bodyLength } = codec.decode(view, at)
  const start = view.byteOffset + at + codec.length
  return new TextDecoder().decode(new Uint8Array(view.buffer as ArrayBuffer, start, bodyLength))
}

/** Numbers in [0, 1) that are the same in every run with the same seed. */
export function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}
