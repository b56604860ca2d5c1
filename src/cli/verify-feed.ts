/**
 * What `buttonwood feed verify` does: plays a recording into a market as fast as it can be read,
 * counts, and says whether it is sound. A recording that ends before its session does is sound as
 * far as it goes, and so is one that begins in the middle, though its books cannot be checked.
 */
import type { SequenceRange } from '../client/index.ts'
import { MarketView, RecordingPlayer } from '../client/index.ts'
import { ErrorCode, ExchangeError } from '../runtime/index.ts'
import { decodeItch } from '../wire/index.ts'
import { printLine } from './print-line.ts'
import { progressLine } from './progress-line.ts'

const LABEL_COLUMNS = 20

/** @throws ExchangeError EXC_RECORDING when the file is damaged or not sound; the report is printed */
export async function verifyFeed(file: string): Promise<void> {
  const count = new RecordingCount()
  const player = await RecordingPlayer.open(file, count)
  const progress = progressLine()
  const onProgress = (part: number): void => progress.show(() => `${Math.floor(part * 100)} %`)

  let damage: unknown
  try {
    await player.play({ onProgress })
  } catch (error) {
    damage = error
  }
  progress.clear()
  for (const [label, value] of reportOf(player, count)) {
    await printLine(`${label.padEnd(LABEL_COLUMNS)}${value}`)
  }

  if (damage !== undefined) throw damage
  const faults = faultsOf(player, count)
  if (faults.length > 0) {
    throw new ExchangeError(ErrorCode.Recording, `${file}: ${faults.join(', ')}`)
  }
}

/** One session of a recording. */
interface SessionCount {
  /** Empty in a BinaryFILE. */
  readonly name: string
  /** Number of the first message; 0 before there is one. */
  first: number
  last: number
  complete: boolean
}

class RecordingCount {
  readonly market = new MarketView()
  readonly sessions: SessionCount[] = []
  /** Messages by type. */
  readonly types = new Map<string, number>()
  /** Messages that are not ITCH 5.0. */
  undecodable = 0
  /** Messages before the first one of the file: the recording began late. */
  missedBefore = 0
  /** Messages between those of the file. */
  lost = 0

  sessionStarted(name: string): void {
    this.sessions.push({ name, first: 0, last: 0, complete: false })
    this.market.reset()
  }

  message(sequence: number, view: DataView, at: number, length: number): void {
    const session = this.sessions.at(-1)!
    if (session.first === 0) session.first = sequence
    session.last = sequence

    const message = decodeItch(view, at, length)
    if (message === undefined) {
      this.undecodable++
      return
    }
    this.types.set(message.type, (this.types.get(message.type) ?? 0) + 1)
    this.market.apply(message)
  }

  gapOpened(): void {}

  messagesLost({ first, last }: SequenceRange): void {
    this.market.markStale()
    if (first === 1 && this.sessions.length === 1) this.missedBefore = last
    else this.lost += last - first + 1
  }

  sessionEnded(): void {
    this.sessions.at(-1)!.complete = true
  }
}

type Row = readonly [label: string, value: string | number]

function reportOf(player: RecordingPlayer, count: RecordingCount): Row[] {
  const types = [...count.types].map(([type, times]) => ` · ${type} ${times}`).toSorted()
  const problems = Object.entries(count.market.problems).filter(([, times]) => times > 0)
  return [
    ['format', player.format],
    ...count.sessions.map((session): Row => ['session', describe(session)]),
    ['messages', `${player.feed.statistics.messages}${types.join('')}`],
    ...captureRows(player),
    ['lost', count.lost],
    ['malformed', malformed(player, count)],
    ['problems', problems.map(([name, times]) => `${name} ${times}`).join(' · ') || 'none'],
    ['last system event', count.market.systemEvent || 'none'],
    ['complete', completeness(player, count)],
  ]
}

/** A BinaryFILE has no datagrams. */
function captureRows({ capture, feed }: RecordingPlayer): Row[] {
  if (capture === undefined) return []
  const { duplicates, gaps } = feed.statistics
  return [
    ['packets', `${capture.packets} · ${capture.skipped} skipped`],
    ['datagrams', capture.datagrams],
    ['duplicates', duplicates],
    ['gaps', gaps],
  ]
}

function describe({ name, first, last, complete }: SessionCount): string {
  const numbers = first === 0 ? 'no messages' : `messages ${first} to ${last}`
  return `${name || 'not named'} · ${numbers}${complete ? ' · complete' : ''}`
}

function completeness({ complete }: RecordingPlayer, { missedBefore }: RecordingCount): string {
  const missing = [
    ...(missedBefore > 0 ? [`it begins with message ${missedBefore + 1}`] : []),
    ...(complete ? [] : ['it ends before the end of the session']),
  ]
  return missing.length === 0 ? 'yes' : `no, ${missing.join(' and ')}`
}

function faultsOf(player: RecordingPlayer, count: RecordingCount): string[] {
  const { unknownReference, reusedReference, negativeRemaining, crossed } = count.market.problems
  const faults: [number, string][] = [
    [count.lost, 'messages lost'],
    [malformed(player, count), 'malformed packets or messages'],
    [unknownReference, 'references to orders that are not on the book'],
    [reusedReference, 'orders added twice'],
    [negativeRemaining, 'executions or cancels of more than is left'],
    [crossed, 'changes that leave a book crossed'],
  ]
  const found = faults.filter(([times]) => times > 0).map(([times, what]) => `${times} ${what}`)
  return player.feed.statistics.messages === 0 ? ['no messages of the feed', ...found] : found
}

function malformed({ capture, feed }: RecordingPlayer, { undecodable }: RecordingCount): number {
  return (capture?.malformed ?? 0) + feed.statistics.malformed + undecodable
}
