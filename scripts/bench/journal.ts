/**
 * Group commit against what a program without a journal does: appendFileSync and fdatasync for every
 * record, on the same disk in the same run. `npm run bench -- journal`, or
 * `npx tsx scripts/bench/journal.ts DIRECTORY`; the directory (default data-bench/journal) must lie on the
 * disk of interest, not exist before, and is removed afterwards.
 */
import {
  appendFileSync,
  closeSync,
  existsSync,
  fdatasyncSync,
  mkdirSync,
  openSync,
  rmSync,
} from 'node:fs'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { setImmediate } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { Journal, NodeDisk } from '../../src/journal/index.ts'
import type { Durability } from '../../src/journal/index.ts'
import { CommandType, EventType, RecordBuffer } from '../../src/wire/index.ts'

/** 100 bytes filled up to a multiple of 8. */
const RECORD_BYTES = 104
const GROUP_RECORDS = [1, 16, 256, 4096] as const
const ROUND_MS = 1_000
const ROUNDS = 3
const WARM_UP_GROUPS = 200

/** Prints records per second and MB/s of each group size, and their ratio to one sync per record. */
export async function benchJournal(
  print: (line: string) => void,
  directory = 'data-bench/journal',
): Promise<void> {
  if (existsSync(directory)) throw new Error(`${directory} exists; name a directory that does not`)
  mkdirSync(directory, { recursive: true })
  try {
    const baseline = median(rounds(() => appendAndSync(join(directory, 'baseline.log'))))
    print(
      `records of ${RECORD_BYTES} bytes in ${directory}; median of ${ROUNDS} rounds of ${ROUND_MS} ms`,
    )
    print('                          records/s      MB/s   p50 ms   p99 ms    ratio')
    print(line('appendFileSync+fdatasync', baseline, 1))
    for (const durability of ['fsync', 'os'] as const) {
      for (const records of GROUP_RECORDS) {
        const measured: Round[] = []
        for (let i = 0; i < ROUNDS; i++) {
          measured.push(
            await appendGroups({ directory: join(directory, 'journal'), durability, records }),
          )
        }
        const result = median(measured)
        print(
          line(
            `journal ${durability} × ${records}`,
            result,
            result.recordsPerSecond / baseline.recordsPerSecond,
          ),
        )
      }
    }
    await benchReading(print, join(directory, 'journal'))
  } finally {
    rmSync(directory, { recursive: true })
  }
}

interface Round {
  readonly recordsPerSecond: number
  /** Of one commit. */
  readonly p50Ms: number
  readonly p99Ms: number
}

function appendAndSync(path: string): Round {
  const fd = openSync(path, 'a')
  const record = new Uint8Array(RECORD_BYTES).fill(1)
  const times: number[] = []
  for (const start = performance.now(); performance.now() < start + ROUND_MS;) {
    const before = performance.now()
    appendFileSync(fd, record)
    fdatasyncSync(fd)
    times.push(performance.now() - before)
  }
  closeSync(fd)
  return round(times, 1)
}

async function appendGroups(options: {
  readonly directory: string
  readonly durability: Durability
  readonly records: number
}): Promise<Round> {
  rmSync(options.directory, { recursive: true, force: true })
  const journal = openJournal(options.directory, options.durability)
  const [commands, events] = makeTurn(options.records)
  const stamp = { epochSeconds: 1_800_000_000, nanoseconds: 0, feedSequence: 1 }
  for (let i = 0; i < WARM_UP_GROUPS; i++) journal.append(stamp, commands, events)

  const times: number[] = []
  for (const start = performance.now(); performance.now() < start + ROUND_MS;) {
    const before = performance.now()
    journal.append(stamp, commands, events)
    times.push(performance.now() - before)
    // A turn of the event loop, as in the exchange: here the next segment is prepared.
    await setImmediate()
  }
  await journal.close()
  return round(times, options.records)
}

const SMALL_GROUPS = 100_000

/**
 * A restart: finds the tail and reads everything with every checksum, from the page cache. What the
 * last rounds wrote, groups of 4,096 records, and behind it groups of one.
 */
async function benchReading(print: (line: string) => void, directory: string): Promise<void> {
  const writer = openJournal(directory, 'os')
  const large = writer.nextPosition
  const [commands, events] = makeTurn(1)
  for (let i = 0; i < SMALL_GROUPS; i++) {
    writer.append(
      { epochSeconds: 1_800_000_000, nanoseconds: 0, feedSequence: 1 },
      commands,
      events,
    )
  }
  await writer.close()

  const start = performance.now()
  const journal = openJournal(directory, 'fsync')
  print(`opened in ${(performance.now() - start).toFixed(0)} ms`)
  printReading(print, 'read groups of 4096', journal, 0, large)
  printReading(print, 'read groups of 1', journal, large, journal.nextPosition)
  await journal.close()
}

function printReading(
  print: (line: string) => void,
  name: string,
  journal: Journal,
  from: number,
  end: number,
): void {
  const start = performance.now()
  let records = 0
  for (const group of journal.groups({ from })) {
    if (group.position >= end) break
    records += group.commandCount + group.eventCount
  }
  const seconds = (performance.now() - start) / 1000
  print(
    name.padEnd(25) +
      Math.round(records / seconds)
        .toLocaleString('en')
        .padStart(12) +
      ((end - from) / seconds / 1e6).toFixed(1).padStart(10),
  )
}

const openJournal = (directory: string, durability: Durability): Journal =>
  Journal.open({ disk: new NodeDisk(), directory, journalId: () => 'bench', durability })

/** Half of the records are commands, as in a quiet market: one event each. */
function makeTurn(records: number): [commands: RecordBuffer, events: RecordBuffer] {
  const commands = new RecordBuffer(records * RECORD_BYTES)
  const events = new RecordBuffer(records * RECORD_BYTES)
  for (let i = 0; i < records; i += 2) commands.append(CommandType.EnterOrder, 1, RECORD_BYTES)
  for (let i = 1; i < records; i += 2) events.append(EventType.OrderAccepted, 1, RECORD_BYTES)
  return [commands, events]
}

const rounds = (run: () => Round): Round[] => Array.from({ length: ROUNDS }, run)

function round(timesMs: number[], records: number): Round {
  const total = timesMs.reduce((sum, time) => sum + time, 0)
  timesMs.sort((a, b) => a - b)
  const quantile = (share: number): number => timesMs[Math.floor(timesMs.length * share)] ?? 0
  return {
    recordsPerSecond: (timesMs.length * records * 1000) / total,
    p50Ms: quantile(0.5),
    p99Ms: quantile(0.99),
  }
}

const median = (results: Round[]): Round =>
  results.sort((a, b) => a.recordsPerSecond - b.recordsPerSecond)[Math.floor(results.length / 2)]!

const line = (name: string, { recordsPerSecond, p50Ms, p99Ms }: Round, ratio: number): string =>
  name.padEnd(25) +
  Math.round(recordsPerSecond).toLocaleString('en').padStart(12) +
  ((recordsPerSecond * RECORD_BYTES) / 1e6).toFixed(1).padStart(10) +
  p50Ms.toFixed(3).padStart(9) +
  p99Ms.toFixed(3).padStart(9) +
  `${ratio.toFixed(1)}x`.padStart(9)

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await benchJournal((text) => console.log(text), process.argv[2])
}
