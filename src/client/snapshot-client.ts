/**
 * Fetches one snapshot: logs in at the snapshot server (GLIMPSE over SoupBinTCP), collects what comes, and
 * ends with the connection. docs/protocols/itch-feed.md#snapshots
 */
import { connect } from 'node:net'
import {
  loginRequest,
  readAcceptance,
  readEndOfSnapshot,
  SoupReader,
  SoupType,
} from '../wire/index.ts'

/** Silence after which a server is given up: it says something every second. */
export const SERVER_SILENCE_MS = 5_000
/** Messages of a snapshot, of some forty bytes each: more orders than an exchange has. */
const SNAPSHOT_BYTES_MAX = 256 * 1024 * 1024

export interface SnapshotServer {
  readonly host: string
  readonly port: number
  readonly username: string
  readonly password: string
}

/** The state of the market behind some message of the feed. */
export interface FetchedSnapshot {
  readonly session: string
  /** Of the first message of the feed that is not in it. */
  readonly sequence: number
  /** ITCH messages: S, then R and H of each instrument, then A of each order in priority order. */
  readonly messages: readonly Uint8Array[]
}

/** @throws Error with one line that says why there is none */
export function fetchSnapshot(
  server: SnapshotServer,
  signal: AbortSignal,
): Promise<FetchedSnapshot> {
  const { host, port, username, password } = server
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, noDelay: true })
    const collected = new Collected()
    const end = (outcome: () => void): void => {
      signal.removeEventListener('abort', onAbort)
      socket.destroy()
      outcome()
    }
    const fail = (why: string) =>
      end(() => reject(new Error(`snapshot server ${host}:${port} ${why}`)))
    const onAbort = () => fail('is not waited for')
    const reader = new SoupReader((type, payload) => {
      const outcome = collected.take(type, payload)
      if (typeof outcome === 'string') fail(outcome)
      else if (outcome !== undefined) end(() => resolve(outcome))
    })
    signal.addEventListener('abort', onAbort)
    socket.setTimeout(SERVER_SILENCE_MS)
    socket.on('connect', () =>
      socket.write(loginRequest({ username, password, session: '', sequence: 1 })),
    )
    socket.on('data', (chunk: Uint8Array) => {
      if (!reader.push(chunk)) fail('sent what is no packet')
    })
    socket.on('timeout', () => fail(`said nothing for ${SERVER_SILENCE_MS} ms`))
    socket.on('error', ({ message }) => fail(`failed: ${message}`))
    socket.on('close', () => fail('closed the connection'))
  })
}

class Collected {
  private session: string | undefined
  private readonly messages: Uint8Array[] = []
  private bytes = 0

  /** @returns the snapshot when this was its end, or why there is none */
  take(type: number, payload: Uint8Array): FetchedSnapshot | string | undefined {
    switch (type) {
      case SoupType.LoginAccepted:
        this.session = readAcceptance(payload)?.session
        return this.session === undefined
          ? 'accepted the login in a way that is not understood'
          : undefined
      case SoupType.LoginRejected:
        return `rejected the login: ${String.fromCharCode(...payload)}`
      case SoupType.EndOfSession:
        return 'ended before the snapshot did'
      case SoupType.SequencedData:
        return this.add(payload)
      default:
        return undefined
    }
  }

  private add(message: Uint8Array): FetchedSnapshot | string | undefined {
    const { session, messages } = this
    if (session === undefined) return 'sent data before it accepted the login'
    const sequence = readEndOfSnapshot(message)
    if (sequence !== undefined) return { session, sequence, messages }
    this.bytes += message.length
    if (this.bytes > SNAPSHOT_BYTES_MAX) return `sent more than ${SNAPSHOT_BYTES_MAX} bytes`
    messages.push(message.slice())
    return undefined
  }
}
