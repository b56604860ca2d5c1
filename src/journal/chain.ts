/**
 * What the next group must continue. Number, run and the previous group's checksum together make
 * sure that neither old groups in reused space nor exchanged blocks pass for history.
 */
import { crc32 } from 'node:zlib'

export interface Chain {
  /** Logical position of the next group's header. */
  position: number
  /** Its number, 1.. */
  groupNumber: number
  /** Number of its first command, 1.. */
  commandNumber: number
  /** Run of the group before it; runs never go down. */
  run: number
  /** Checksum of the group before it; 0 at the first. */
  previousCrc: number
}

/** The beginning of every journal. */
export const GENESIS: Readonly<Chain> = {
  position: 0,
  groupNumber: 1,
  commandNumber: 1,
  run: 0,
  previousCrc: 0,
}

/** Every checksum of a journal starts from its id: groups of another journal never fit. */
export const crcSeed = (journalId: string): number => crc32(journalId)

export const sameChain = (a: Readonly<Chain>, b: Readonly<Chain>): boolean =>
  a.position === b.position &&
  a.groupNumber === b.groupNumber &&
  a.commandNumber === b.commandNumber &&
  a.run === b.run &&
  a.previousCrc === b.previousCrc
