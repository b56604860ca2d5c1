/**
 * Proves a journal: every command executed again from the start must cause the recorded events, byte
 * for byte, and every group must be the one that was sealed. What `buttonwood journal verify` and the crash
 * tests run.
 */
import { join } from 'node:path'
import { Engine } from './engine/index.ts'
import { replayGroup } from './exchange.ts'
import { JournalReader, NodeDisk, SealChain, Seals } from './journal/index.ts'

export interface VerifiedJournal {
  readonly journalId: string
  readonly groups: number
  readonly commands: number
  readonly events: number
  /** Logical position behind the last whole group. */
  readonly position: number
  readonly stateHash: string
  /** Of all of history, hexadecimal SHA-256. */
  readonly seal: string
  /** Groups whose seal was kept, and is this one. */
  readonly sealed: number
}

/**
 * @param dataDir its server may be running
 * @throws ExchangeError JournalDamaged, JournalAltered or ReplayDiffers naming the place,
 *   JournalUnreadable
 */
export function verifyJournal(
  dataDir: string,
  onProgress: (position: number) => void = () => {},
): VerifiedJournal {
  const disk = new NodeDisk()
  const reader = JournalReader.open({ disk, directory: join(dataDir, 'journal') })
  const seals = new Seals(disk, join(dataDir, 'seals'), 'read')
  const chain = SealChain.begin(reader.journalId)
  let sealed = 0
  const engine = new Engine()
  let commands = 0
  let events = 0
  try {
    for (const group of reader.read()) {
      if (seals.compare(group.groupNumber, chain.follow(group))) sealed++
      replayGroup(engine, group)
      commands += group.commandCount
      events += group.eventCount
      onProgress(group.nextPosition)
    }
    const { journalId, position } = reader
    const groups = reader.point.groupNumber
    const proved = { stateHash: engine.stateHash(), seal: chain.text, sealed }
    return { journalId, groups, commands, events, position, ...proved }
  } finally {
    seals.close()
    reader.close()
  }
}
