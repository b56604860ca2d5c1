/**
 * The shadow over the journals of simulated exchanges: what it compares, what it seals, and the
 * snapshots that it writes.
 */
import { describe, expect, it } from 'vitest'
import { crc32 } from 'node:zlib'
import { Engine } from '../src/engine/index.ts'
import { replayGroup } from '../src/exchange.ts'
import { Group } from '../src/journal/group.ts'
import { JournalReader, Seals } from '../src/journal/index.ts'
import { Shadow } from '../src/shadow.ts'
import type { Contents } from '../src/snapshot/contents.ts'
import { FOOTER_BYTES, MAGIC } from '../src/snapshot/contents.ts'
import { SnapshotStore } from '../src/snapshot/index.ts'
import { JOURNAL_DIRECTORY } from './simulation/exchange-process.ts'
import type { MemoryDisk } from './support/memory-disk.ts'
import { simulatedJournal } from './support/simulated-journal.ts'
import { aPoint, runThrough, SNAPSHOTS } from './support/snapshots.ts'

const SEALS = '/data/seals'
const STEPS = 2_000
/** In a group's header: nothing else is made from it. */
const FEED_SEQUENCE_AT = 56
const SEEDS = [1, 2, 3]
/** So few that there are dozens of snapshots in a run. */
const COMMANDS = 40

function aShadow(
  disk: MemoryDisk,
  { snapshotCommands = COMMANDS, passedOver = [] as string[], durablePosition = endOf(disk) } = {},
): Shadow {
  return new Shadow({
    disk,
    journalDirectory: JOURNAL_DIRECTORY,
    snapshotDirectory: SNAPSHOTS,
    sealDirectory: SEALS,
    channels: 1,
    snapshotCommands,
    durablePosition,
    onPassedOver: (file, reason) => passedOver.push(`${file.slice(-11)}: ${reason}`),
  })
}

function endOf(disk: MemoryDisk): number {
  const journal = JournalReader.open({ disk, directory: JOURNAL_DIRECTORY })
  for (const _ of journal.read());
  const { position } = journal
  journal.close()
  return position
}

/** Follows to the end. @returns what stands in each snapshot that it took, by file name */
function follow(shadow: Shadow, disk: MemoryDisk): Map<string, Uint8Array> {
  const taken = new Map<string, Uint8Array>()
  const take = (): void => {
    runThrough(shadow.takeSnapshot())
    const name = disk.list(SNAPSHOTS).sort().at(-1)!
    taken.set(name, disk.bytesOf(`${SNAPSHOTS}/${name}`))
  }
  while (shadow.followSome()) if (shadow.isSnapshotDue) take()
  if (shadow.canTakeSnapshot) take()
  return taken
}

/** Every command executed again from the first one on. */
function hashOfTheReplay(disk: MemoryDisk): string {
  const journal = JournalReader.open({ disk, directory: JOURNAL_DIRECTORY })
  const engine = new Engine()
  for (const group of journal.read()) replayGroup(engine, group)
  journal.close()
  return engine.stateHash()
}

const newestHash = (disk: MemoryDisk): string | undefined =>
  new SnapshotStore({ disk, directory: SNAPSHOTS }).newest(() => undefined)?.point.stateHash

describe('the shadow', () => {
  it.each(SEEDS)(
    'comes to the same from any snapshot as from the beginning, seed %i',
    async (seed) => {
      const disk = await simulatedJournal(seed, STEPS)
      const whole = disk.copy()
      const shadow = aShadow(whole)
      const taken = follow(shadow, whole)
      const last = [...taken.keys()].at(-1)!

      expect(taken.size).toBeGreaterThan(5)
      expect(newestHash(whole)).toBe(hashOfTheReplay(disk))
      const different = [...taken].filter(([name, bytes]) => {
        const from = disk.copy()
        from.put(`${SNAPSHOTS}/${name}`, bytes)
        const again = aShadow(from, { snapshotCommands: Infinity })
        const takenAgain = follow(again, from).get(last) ?? bytes
        return (
          again.sealText !== shadow.sealText || Buffer.compare(takenAgain, taken.get(last)!) !== 0
        )
      })
      expect(different.map(([name]) => name)).toEqual([])
    },
  )

  it('says where what was said is not what the commands cause', async () => {
    const disk = await simulatedJournal(7, STEPS)
    const { groupNumber, eventsPosition } = alterLastGroup(disk, (group) => group.eventsStart + 24)

    expect(() => follow(aShadow(disk), disk)).toThrow(
      `group ${groupNumber}: executing the journal again gives another event at position ` +
        `${eventsPosition + 24}`,
    )
  })

  it('finds the first group that is not as it was sealed, though every checksum fits', async () => {
    const disk = await simulatedJournal(6, STEPS)
    follow(aShadow(disk), disk)
    for (const name of disk.list(SNAPSHOTS)) disk.unlink(`${SNAPSHOTS}/${name}`)
    const { groupNumber } = alterLastGroup(disk, (group) => group.start + FEED_SEQUENCE_AT)

    expect(() => follow(aShadow(disk), disk)).toThrow(
      `group ${groupNumber} of the journal is not the one that was sealed`,
    )
  })

  it('finds damage in what lies before the snapshot that it begins with', async () => {
    const disk = await simulatedJournal(12, STEPS)
    follow(aShadow(disk), disk)
    const early = `${JOURNAL_DIRECTORY}/00000001.log`
    const bytes = disk.bytesOf(early)
    const durablePosition = endOf(disk)
    const sound = aShadow(disk)
    while (sound.checkSome());
    bytes[4_000]! ^= 1
    disk.put(early, bytes)
    const shadow = aShadow(disk, { durablePosition })

    expect(shadow.position).toBe(durablePosition)
    expect(() => {
      while (shadow.checkSome());
    }).toThrow('00000001.log: damaged at offset')
  })

  it('forgets the seals of groups that a journal without sync has lost, and of no others', async () => {
    const disk = await simulatedJournal(6, STEPS)
    const shadow = aShadow(disk)
    follow(shadow, disk)
    shadow.close()
    for (const name of disk.list(SNAPSHOTS)) disk.unlink(`${SNAPSHOTS}/${name}`)
    const { groupNumber } = alterLastGroup(disk, (group) => group.start + FEED_SEQUENCE_AT)

    const other = disk.copy()
    forgetAfter(other, groupNumber - 1)
    const goesOn = aShadow(other)
    follow(goesOn, other)
    expect(goesOn.position).toBe(endOf(other))
    forgetAfter(disk, groupNumber)
    expect(() => follow(aShadow(disk), disk)).toThrow('was sealed')
  })
})

describe('a snapshot', () => {
  it('that is damaged at any byte is passed over, and the one before it is taken', async () => {
    const disk = await simulatedJournal(7, 600)
    follow(aShadow(disk), disk)
    const [older, newer] = disk.list(SNAPSHOTS).sort()
    const good = disk.bytesOf(`${SNAPSHOTS}/${newer!}`)
    const point = pointOf(disk)
    expect(disk.list(SNAPSHOTS)).toHaveLength(2)

    const offsets = [8, 1_000, good.length - 1, good.length - 20, good.length - 200]
    const found = offsets.concat(everyOf(good.length, 40)).map((offset) => {
      const bytes = good.slice()
      bytes[offset]! ^= 0x40
      disk.put(`${SNAPSHOTS}/${newer!}`, bytes)
      return pointOf(disk)
    })
    expect(new Set(found)).toEqual(new Set([Number.parseInt(older!, 10)]))
    expect(point).not.toBe(Number.parseInt(older!, 10))
  })

  it('takes no room from the journal that it does not find, and leaves nothing of itself', async () => {
    const disk = await simulatedJournal(11, 600)
    const shadow = aShadow(disk, { snapshotCommands: 20 })
    while (!shadow.isSnapshotDue) shadow.followSome()
    shadow.syncSeals()
    disk.room = 300_000

    expect(() => runThrough(shadow.takeSnapshot())).toThrow('bytes of the disk for the journal')
    expect([disk.list(SNAPSHOTS), disk.room]).toEqual([[], 300_000])
  })

  it('that is passed over does not push out those that are of use', async () => {
    const disk = await simulatedJournal(9, 600)
    for (const groupNumber of [1_000_000, 2_000_000]) {
      const point = aPoint({ groupNumber, position: 1e9 })
      const store = new SnapshotStore({ disk, directory: SNAPSHOTS })
      runThrough(store.write(point, (transfer) => new Engine().transfer(transfer)))
    }
    const shadow = aShadow(disk)
    while (!shadow.isSnapshotDue) shadow.followSome()
    runThrough(shadow.takeSnapshot())

    expect(aShadow(disk).position).toBe(shadow.position)
  })

  it('has these parts: whoever changes them changes BWSNAP05, so that older files are passed over', async () => {
    const disk = await simulatedJournal(7, 600)
    follow(aShadow(disk), disk)
    const bytes = disk.bytesOf(`${SNAPSHOTS}/${disk.list(SNAPSHOTS).sort().at(-1)!}`)
    const footer = new DataView(bytes.buffer, bytes.length - FOOTER_BYTES)
    const at = Number(footer.getBigUint64(0, true))
    const { columns, values } = JSON.parse(
      new TextDecoder().decode(bytes.subarray(at, at + footer.getUint32(8, true))),
    ) as Contents
    const names = [...columns.map(({ name }) => name), ...Object.keys(values)]
    const kinds = new Set(names.map((name) => name.replaceAll(/\d+/g, 'N')))

    expect([new TextDecoder().decode(MAGIC), ...[...kinds].sort()].join(' ')).toMatchInlineSnapshot(
      `"BWSNAP05 carried.count carried.ids carried.orders carried.places carriedQuantities.count carriedQuantities.cumQty carriedQuantities.notionalHigh carriedQuantities.notionalLow channel.N.image channel.N.image.bytes channel.N.image.lastTrades channel.N.session.N.count channel.N.session.N.duePosition channel.N.session.N.dueSequence channel.N.session.N.ended channel.N.session.N.lastChannel channel.N.session.N.next channel.N.session.N.places channel.N.session.N.positions channel.N.session.N.sequences channel.N.sessions channel.N.symbols conditions.count conditions.execInst conditions.expireDate conditions.expireSeconds conditions.isWaiting conditions.maxFloor conditions.minQty conditions.stopPx conditions.stpGroup conditions.stpInstruction configuration configuration.bytes corrections day expiries.count expiries.numbers expiries.times feedCount graces.count graces.numbers graces.times hasRisk ids.count ids.order ids.pairs ids.session ids.words lastPrices live live.bySession live.orders live.shown numbers operations orders.count orders.rows ordersToday pauses.count pauses.numbers pauses.times risk.bounds risk.changes risk.kills risk.limits risk.recent risk.scopes sent.N.beganSeconds sent.N.blockEnds sent.N.last sent.N.lastPosition sent.sessions sessions.count sessions.dialect sessions.expectedMsgSeqNum sessions.graceSweep sessions.graceUntilMs sessions.lastPosition sessions.loggedOn sessions.nextMsgSeqNum sessions.tellsDay sessions.throttleLevel sessions.throttledUs stpGroups tradingStates"`,
    )
  })

  it('of which a crash left a part is not there', async () => {
    const disk = await simulatedJournal(8, 600)
    follow(aShadow(disk), disk)
    const before = pointOf(disk)
    const shadow = aShadow(disk)
    const steps = shadow.takeSnapshot()
    steps.next()
    disk.crash(() => 0.9)

    expect(pointOf(disk)).toBe(before)
  })

  it('that finds no room leaves those that are there, and the next one is written', async () => {
    const disk = await simulatedJournal(11, 600)
    const shadow = aShadow(disk, { snapshotCommands: 20 })
    while (!shadow.isSnapshotDue) shadow.followSome()
    runThrough(shadow.takeSnapshot())
    const before = pointOf(disk)
    while (!shadow.isSnapshotDue) shadow.followSome()
    disk.failNext('writev', 'ENOSPC')

    expect(() => runThrough(shadow.takeSnapshot())).toThrow('ENOSPC')
    expect([pointOf(disk), shadow.isSnapshotDue]).toEqual([before, false])
    while (!shadow.isSnapshotDue) shadow.followSome()
    runThrough(shadow.takeSnapshot())
    expect(pointOf(disk)).toBeGreaterThan(before)
  })

  it('of another journal, of later than this one, or of another feed is passed over', async () => {
    const disk = await simulatedJournal(9, 600)
    const other = await simulatedJournal(10, 600)
    follow(aShadow(other), other)
    for (const name of other.list(SNAPSHOTS)) {
      disk.put(`${SNAPSHOTS}/${name}`, other.bytesOf(`${SNAPSHOTS}/${name}`))
    }
    const passedOver: string[] = []
    const shadow = aShadow(disk, { passedOver })

    expect(shadow.position).toBe(0)
    expect(passedOver).toHaveLength(2)
    for (const line of passedOver)
      expect(line).toMatch(/another group there|ends before it|applied is group/)
  })
})

function forgetAfter(disk: MemoryDisk, groupNumber: number): void {
  const seals = new Seals(disk, SEALS, 'write')
  seals.forgetAfter(groupNumber)
  seals.close()
}

/** Changes a byte of the last group, and its checksum to fit. */
function alterLastGroup(disk: MemoryDisk, byteOf: (group: Group) => number): Group {
  const reader = JournalReader.open({ disk, directory: JOURNAL_DIRECTORY })
  let last = new Group()
  for (const group of reader.read()) {
    if (group.eventsEnd > group.eventsStart) last = Object.assign(new Group(), group)
  }
  reader.close()
  const path = `${JOURNAL_DIRECTORY}/${disk.list(JOURNAL_DIRECTORY).filter(isSegment).sort().at(-1)!}`
  const file = disk.bytesOf(path)
  const bytes = new Uint8Array(last.view.buffer, last.view.byteOffset + last.start, last.length)
  const at = Buffer.from(file.buffer).indexOf(bytes)
  file[at + byteOf(last) - last.start]! ^= 1
  const crc = crc32(file.subarray(at + 8, at + last.length), crc32(reader.journalId))
  new DataView(file.buffer).setUint32(at + 4, crc, true)
  disk.put(path, file)
  return last
}

const isSegment = (name: string): boolean => name.endsWith('.log')

/** Group number of the newest snapshot that is whole. */
function pointOf(disk: MemoryDisk): number {
  const reader = new SnapshotStore({ disk, directory: SNAPSHOTS }).newest(() => undefined)!
  reader.close()
  return reader.point.groupNumber
}

const everyOf = (length: number, parts: number): number[] =>
  Array.from({ length: parts }, (_, i) => 8 + Math.floor(((length - 8) * i) / parts))
