/**
 * SoupBinTCP 3.00 and the end of a GLIMPSE snapshot: logical packets on a TCP connection, each a u16
 * length, a type and a payload. A sequenced packet's number is implied: the first has that of the login,
 * the next one more. docs/protocols/itch-feed.md#soupbintcp
 */
import { assert } from '../domain/index.ts'

export const SoupType = {
  Debug: 0x2b, // +
  LoginAccepted: 0x41, // A
  LoginRejected: 0x4a, // J
  SequencedData: 0x53, // S
  ServerHeartbeat: 0x48, // H
  EndOfSession: 0x5a, // Z
  LoginRequest: 0x4c, // L
  UnsequencedData: 0x55, // U
  ClientHeartbeat: 0x52, // R
  LogoutRequest: 0x4f, // O
} as const

/** Why a login is rejected. */
export const LoginReject = {
  NotAuthorized: 'A',
  SessionNotAvailable: 'S',
} as const

/** Of the length that stands before type and payload. */
export const SOUP_LENGTH_BYTES = 2
/** Length and type. */
export const SOUP_HEADER_BYTES = 3
/** Some clients read the length as a signed number. */
export const SOUP_PACKET_BYTES_MAX = 32_767

const USERNAME_BYTES = 6
const PASSWORD_BYTES = 10
const SESSION_BYTES = 10
const SEQUENCE_BYTES = 20
const LOGIN_BYTES = USERNAME_BYTES + PASSWORD_BYTES + SESSION_BYTES + SEQUENCE_BYTES
const END_OF_SNAPSHOT = 0x47 // G
/** `G` and twenty digits: no common header. */
export const END_OF_SNAPSHOT_BYTES = 1 + SEQUENCE_BYTES

export interface SoupLogin {
  /** At most 6 characters. */
  readonly username: string
  /** At most 10 characters. */
  readonly password: string
  /** '' = the one that is running. */
  readonly session: string
  /** Of the first packet that is wanted, from 1; 0 = only what is still to come. */
  readonly sequence: number
}

export interface SoupAcceptance {
  readonly session: string
  /** Of the first sequenced packet to come. */
  readonly sequence: number
}

/** @param payload ASCII */
export const soupPacket = (type: number, payload = ''): Uint8Array => {
  const bytes = new Uint8Array(SOUP_HEADER_BYTES + payload.length)
  new DataView(bytes.buffer).setUint16(0, payload.length + 1)
  bytes[SOUP_LENGTH_BYTES] = type
  writeAscii(bytes, SOUP_HEADER_BYTES, payload)
  return bytes
}

export const loginRequest = ({ username, password, session, sequence }: SoupLogin): Uint8Array =>
  soupPacket(
    SoupType.LoginRequest,
    username.padEnd(USERNAME_BYTES) +
      password.padEnd(PASSWORD_BYTES) +
      session.padStart(SESSION_BYTES) +
      String(sequence).padStart(SEQUENCE_BYTES),
  )

export const loginAccepted = ({ session, sequence }: SoupAcceptance): Uint8Array =>
  soupPacket(
    SoupType.LoginAccepted,
    session.padStart(SESSION_BYTES) + String(sequence).padStart(SEQUENCE_BYTES),
  )

/**
 * Reads a login however it is padded, as clients in the wild differ.
 * @returns undefined when the payload is no login of version 3.00
 */
export function readLogin(payload: Uint8Array): SoupLogin | undefined {
  if (payload.length !== LOGIN_BYTES) return undefined
  const sessionAt = USERNAME_BYTES + PASSWORD_BYTES
  const sequence = digits(field(payload, sessionAt + SESSION_BYTES, SEQUENCE_BYTES))
  if (sequence === undefined) return undefined
  return {
    username: field(payload, 0, USERNAME_BYTES),
    password: field(payload, USERNAME_BYTES, PASSWORD_BYTES),
    session: field(payload, sessionAt, SESSION_BYTES),
    sequence,
  }
}

/** @returns undefined when the payload is not what accepts a login */
export function readAcceptance(payload: Uint8Array): SoupAcceptance | undefined {
  if (payload.length !== SESSION_BYTES + SEQUENCE_BYTES) return undefined
  const sequence = digits(field(payload, SESSION_BYTES, SEQUENCE_BYTES))
  return sequence === undefined
    ? undefined
    : { session: field(payload, 0, SESSION_BYTES), sequence }
}

/** The end of a snapshot. @param sequence of the first message of the feed that is not in it */
export const endOfSnapshot = (sequence: number): Uint8Array => {
  const bytes = new Uint8Array(END_OF_SNAPSHOT_BYTES)
  bytes[0] = END_OF_SNAPSHOT
  writeAscii(bytes, 1, String(sequence).padStart(SEQUENCE_BYTES))
  return bytes
}

/** @returns the sequence number; undefined for any other message */
export function readEndOfSnapshot(message: Uint8Array): number | undefined {
  if (message.length < END_OF_SNAPSHOT_BYTES || message[0] !== END_OF_SNAPSHOT) return undefined
  return digits(field(message, 1, SEQUENCE_BYTES))
}

/** Writes length and type of a sequenced packet before the message that stands behind them. */
export function sequencedHeader(view: DataView, at: number, messageBytes: number): void {
  view.setUint16(at, messageBytes + 1)
  view.setUint8(at + SOUP_LENGTH_BYTES, SoupType.SequencedData)
}

export type OnSoupPacket = (type: number, payload: Uint8Array) => void

/** Cuts a stream of bytes, however it arrives, into packets. */
export class SoupReader {
  private readonly onPacket: OnSoupPacket
  private readonly bytesMax: number
  private rest: Uint8Array = new Uint8Array(0)

  /**
   * @param onPacket hears type and payload, which is valid during the call
   * @param bytesMax largest packet, type and payload
   */
  constructor(onPacket: OnSoupPacket, bytesMax = SOUP_PACKET_BYTES_MAX) {
    assert(bytesMax >= 1 && bytesMax <= 0xffff, 'bytesMax')
    this.onPacket = onPacket
    this.bytesMax = bytesMax
  }

  /** @returns false when a packet is empty or too large: nothing behind it can be understood */
  push(chunk: Uint8Array): boolean {
    // A Buffer's slice would be no copy.
    const { buffer, byteOffset, length: chunkBytes } = chunk
    const given = new Uint8Array(buffer, byteOffset, chunkBytes)
    const bytes = this.rest.length === 0 ? given : joined(this.rest, given)
    let at = 0
    while (bytes.length - at >= SOUP_LENGTH_BYTES) {
      const length = (bytes[at]! << 8) | bytes[at + 1]!
      if (length === 0 || length > this.bytesMax) return false
      const start = at + SOUP_LENGTH_BYTES
      if (start + length > bytes.length) break
      this.onPacket(bytes[start]!, bytes.subarray(start + 1, start + length))
      at = start + length
    }
    this.rest = bytes.slice(at)
    return true
  }
}

function joined(front: Uint8Array, back: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(front.length + back.length)
  bytes.set(front)
  bytes.set(back, front.length)
  return bytes
}

/** Without the blanks and NULs around it. */
function field(bytes: Uint8Array, at: number, length: number): string {
  const text = String.fromCharCode(...bytes.subarray(at, at + length))
  return text.replace(/^[ \0]+|[ \0]+$/g, '')
}

function digits(text: string): number | undefined {
  const value = Number(text)
  return /^\d{1,20}$/.test(text) && Number.isSafeInteger(value) ? value : undefined
}

function writeAscii(bytes: Uint8Array, at: number, text: string): void {
  for (let i = 0; i < text.length; i++) bytes[at + i] = text.charCodeAt(i)
}
