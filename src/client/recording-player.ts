/**
 * Plays a recording to a FeedListener, as FeedSubscriber does with the lines: the datagrams of a pcap
 * file go through an arbiter whose clock is the time of capture, the messages of a BinaryFILE are
 * told as they are. A file is read piece by piece, so its size does not matter.
 */
import type { FileHandle } from 'node:fs/promises'
import { open } from 'node:fs/promises'
import { ErrorCode, ExchangeError, messageOf } from '../runtime/index.ts'
import { readRequest } from '../wire/index.ts'
import { BinaryFileReader } from './binary-file.ts'
import type { RecordedMessage } from './binary-file.ts'
import type { FeedListener } from './feed-arbiter.ts'
import { FeedArbiter, nothingCounted } from './feed-arbiter.ts'
import { PcapReader } from './pcap-file.ts'

/** Bytes read at a time. */
const CHUNK_BYTES = 262_144
/**
 * How long a hole may stay open in recorded time. Nobody can be asked for it, and a busy machine
 * may have taken one line long before the other.
 */
export const RECORDING_GAP_WAIT_MS = 100
const NS_PER_MS = 1e6
/** Where an ITCH message has its timestampNs, 6 bytes. */
const TIMESTAMP_AT = 5
const TIMESTAMP_END = 11

export type RecordingFormat = 'pcap' | 'BinaryFILE'

/** The file's name decides. */
export const recordingFormat = (path: string): RecordingFormat =>
  path.toLowerCase().endsWith('.pcap') ? 'pcap' : 'BinaryFILE'

export type RecordingListener = Omit<FeedListener, 'request'>

/** How far a recording has come; FeedArbiter tells the same of the lines. */
export interface FeedState {
  /** Empty for a BinaryFILE, which does not name it; undefined before the first packet. */
  readonly session: string | undefined
  readonly statistics: Readonly<FeedArbiter['statistics']>
}

export interface PlayOptions {
  /**
   * Called before each datagram or message with its time in milliseconds, of capture or since
   * midnight; what it returns is waited for.
   */
  readonly pace?: (timeMs: number) => Promise<void> | undefined
  /** Called now and then with the part of the file that has been played, 0..1. */
  readonly onProgress?: (part: number) => void
  /** Stops before the next datagram or message. */
  readonly signal?: AbortSignal
}

/** Turns the bytes of one format into calls of a listener. */
interface Track extends FeedState {
  readonly capture: PcapReader['statistics'] | undefined
  readonly complete: boolean
  /** Yields the time of what is told next: asking for another one tells it. */
  play(chunk: Uint8Array): Generator<number>
  end(): void
}

export class RecordingPlayer {
  readonly format: RecordingFormat
  private readonly path: string
  private readonly file: FileHandle
  private readonly track: Track

  private constructor(path: string, file: FileHandle, listener: RecordingListener) {
    this.path = path
    this.file = file
    this.format = recordingFormat(path)
    this.track =
      this.format === 'pcap' ? new PcapTrack(path, listener) : new BinaryFileTrack(path, listener)
  }

  /** @throws ExchangeError EXC_RECORDING when the file cannot be opened */
  static async open(path: string, listener: RecordingListener): Promise<RecordingPlayer> {
    const file = await open(path).catch((cause: unknown) => refuse(path, cause))
    return new RecordingPlayer(path, file, listener)
  }

  get feed(): FeedState {
    return this.track
  }

  /** What was in the packets of a pcap file. */
  get capture(): PcapReader['statistics'] | undefined {
    return this.track.capture
  }

  /** The end of the session, of a pcap file the latest one, was in the file. */
  get complete(): boolean {
    return this.track.complete
  }

  /**
   * Plays the file from its beginning to its end and closes it.
   * @throws ExchangeError EXC_RECORDING when it is damaged: what stands before that has been told
   */
  async play(options: PlayOptions = {}): Promise<void> {
    try {
      await this.playChunks(options)
    } finally {
      await this.file.close()
    }
  }

  private async playChunks({ pace, onProgress, signal }: PlayOptions): Promise<void> {
    const size = await this.size()
    let position = 0
    for (;;) {
      const chunk = await this.readChunk()
      if (chunk.length === 0) break

      for (const timeMs of this.track.play(chunk)) {
        const waiting = pace?.(timeMs)
        if (waiting !== undefined) await waiting
        if (signal?.aborted) return
      }
      position += chunk.length
      onProgress?.(Math.min(1, position / size))
    }
    this.track.end()
  }

  private async size(): Promise<number> {
    const { size } = await this.file.stat()
    return size
  }

  /** A buffer of its own each time: the track keeps what is not used up. */
  private async readChunk(): Promise<Uint8Array> {
    const buffer = Buffer.allocUnsafeSlow(CHUNK_BYTES)
    const reading = this.file.read(buffer, 0, CHUNK_BYTES)
    const { bytesRead } = await reading.catch((cause: unknown) => refuse(this.path, cause))
    return buffer.subarray(0, bytesRead)
  }
}

class PcapTrack implements Track {
  complete = false
  private readonly reader: PcapReader
  private readonly arbiter: FeedArbiter
  private nowMs = -Infinity

  constructor(path: string, listener: RecordingListener) {
    this.reader = new PcapReader(path)
    this.arbiter = new FeedArbiter(this.listen(listener), {
      gapWaitMs: RECORDING_GAP_WAIT_MS,
      attemptsMax: 0,
    })
  }

  get session(): string | undefined {
    return this.arbiter.session
  }

  get statistics(): FeedArbiter['statistics'] {
    return this.arbiter.statistics
  }

  get capture(): PcapReader['statistics'] {
    return this.reader.statistics
  }

  *play(chunk: Uint8Array): Generator<number> {
    for (const { epochSeconds, nanoseconds, payload } of this.reader.read(chunk)) {
      if (isRequest(payload)) continue
      // Captures of several interfaces are not always in order; an arbiter's clock never goes back.
      this.nowMs = Math.max(this.nowMs, epochSeconds * 1000 + nanoseconds / NS_PER_MS)
      yield this.nowMs
      this.tick(this.nowMs)
      this.arbiter.receive(payload, this.nowMs)
    }
  }

  end(): void {
    this.tick(Infinity)
    this.reader.end()
  }

  /** Everything that was due until then. */
  private tick(nowMs: number): void {
    for (;;) {
      const { deadlineMs } = this.arbiter
      if (deadlineMs === undefined || deadlineMs > nowMs) return
      this.arbiter.tick(deadlineMs)
    }
  }

  private listen(listener: RecordingListener): FeedListener {
    return {
      sessionStarted: (session) => {
        this.complete = false
        listener.sessionStarted(session)
      },
      message: (sequence, view, at, length) => listener.message(sequence, view, at, length),
      gapOpened: (gap) => listener.gapOpened(gap),
      messagesLost: (lost) => listener.messagesLost(lost),
      sessionEnded: (session) => {
        this.complete = true
        listener.sessionEnded(session)
      },
      caughtUp: () => listener.caughtUp?.(),
      request() {},
    }
  }
}

class BinaryFileTrack implements Track {
  readonly session = ''
  readonly capture = undefined
  readonly statistics = nothingCounted()
  private readonly reader: BinaryFileReader
  private readonly listener: RecordingListener
  private isStarted = false
  private timeMs = 0

  constructor(path: string, listener: RecordingListener) {
    this.reader = new BinaryFileReader(path)
    this.listener = listener
  }

  get complete(): boolean {
    return this.reader.complete
  }

  *play(chunk: Uint8Array): Generator<number> {
    if (!this.isStarted) this.listener.sessionStarted(this.session)
    this.isStarted = true
    for (const message of this.reader.read(chunk)) {
      const { sequence, view, at, length } = message
      this.timeMs = timestampMs(message) ?? this.timeMs
      yield this.timeMs
      this.statistics.messages++
      this.listener.message(sequence, view, at, length)
    }
  }

  end(): void {
    this.reader.end()
    if (this.reader.complete) this.listener.sessionEnded(this.session)
  }
}

/** A datagram to the retransmission server that was captured too: a header without its blocks. */
const isRequest = (payload: Uint8Array): boolean => {
  const count = readRequest(payload)?.messageCount ?? 0
  return count > 0 && count < 0xffff
}

/** undefined for a message that is too short to be one of ITCH. */
function timestampMs({ view, at, length }: RecordedMessage): number | undefined {
  if (length < TIMESTAMP_END) return undefined
  const upper = view.getUint16(at + TIMESTAMP_AT)
  return (upper * 2 ** 32 + view.getUint32(at + TIMESTAMP_AT + 2)) / NS_PER_MS
}

function refuse(path: string, cause: unknown): never {
  const reason = messageOf(cause)
  throw new ExchangeError(ErrorCode.Recording, `${path}: ${reason}`, { cause })
}
