/**
 * A checker watches the exchange from outside and throws a Violation when something is seen that
 * must never be. Every checker is asked after every step; `whenQuiet` comes after the network has
 * delivered everything and every client is logged on.
 */
import type { FixMessage } from '../../src/fix/index.ts'
import type { Client } from './client.ts'
import type { ExchangeProcess } from './exchange-process.ts'
import type { MemoryLine } from '../support/memory-line.ts'
import type { World } from './world.ts'

export interface Checker {
  /** The exchange hands bytes to a client's socket: they count as sent. */
  fixSent?(from: ExchangeProcess, line: MemoryLine, bytes: Uint8Array): void
  /** The exchange hands a packet to the feed, or answers a request with it. */
  packetSent?(from: ExchangeProcess, packet: Uint8Array): void
  /** A message reached a client, whatever it makes of it. */
  arrived?(client: Client, message: FixMessage): void
  /** The client's session took an application message. */
  delivered?(client: Client, message: FixMessage): void
  /** The client's session was told of a Reject(3). */
  refused?(client: Client, message: FixMessage): void
  afterStep?(): void
  whenQuiet?(): void
}

/** Makes a checker of one world. */
export type MakeChecker = (world: World) => Checker
