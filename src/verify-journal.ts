/**
 * Proves a journal: every command executed again from the start must cause the recorded events, byte
 * for byte. What `buttonwood journal verify` and the crash tests run.
 */
import { Engine } from './engine/index.ts'
import { replayGroup } from './exchange.ts'
import { JournalReader, NodeDisk } from './journal/index.ts'

export interface VerifiedJournal {
  readonly journalId: string
  readonly groups: number
  readonly commands: number
  readonly events: number
  /** Logical position behind the last whole group. */
  readonly position: number
  readonly stateHash: string
}

/**
 * @param directory `dataDir/journal`; its server may be running
 * @throws ExchangeError JournalDamaged or ReplayDiffers naming the place, JournalUnreadable
 */
export function verifyJournal(
  directory: string,
  onProgress: (position: number) => void = () => {},
): VerifiedJournal {
  const reader = JournalReader.open({ disk: new NodeDisk(), directory })
  const engine = new Engine()
  let commands = 0
  let events = 0
  try {
    for (const group of reader.read()) {
      replayGroup(engine, group)
      commands += group.commandCount
      events += group.eventCount
      onProgress(group.nextPosition)
    }
    const { journalId, position } = reader
    const groups = reader.point.groupNumber
    return { journalId, groups, commands, events, position, stateHash: engine.stateHash() }
  } finally {
    reader.close()
  }
}
