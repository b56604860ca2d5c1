/**
 * What `buttonwood feed record` does until it is stopped. A pcap file holds every datagram of the
 * lines, whatever it is. A BinaryFILE holds the messages of one session as a subscriber hears them
 * after arbitration and recovery; it has no numbers, so it ends where they would not be consecutive.
 */
import { rmSync } from 'node:fs'
import type { Command } from 'commander'
import type { FeedListener, FeedSubscriberOptions } from '../client/index.ts'
import {
  BINARY_FILE_END,
  FeedSubscriber,
  RECORDING_GAP_WAIT_MS,
  RecordingWriter,
  binaryFileRecord,
  pcapHeader,
  pcapRecord,
  recordingFormat,
} from '../client/index.ts'
import type { ChannelConfig, ExchangeConfig } from '../runtime/index.ts'
import {
  ErrorCode,
  ExchangeError,
  NodeClock,
  SequencedClock,
  loadConfig,
} from '../runtime/index.ts'
import type { ChannelChoice } from './feed-channel.ts'
import { chooseChannel } from './feed-channel.ts'
import type { LineChoice, MulticastChoice } from './feed-lines.ts'
import { chooseLines } from './feed-lines.ts'
import { followStream } from './feed-stream.ts'
import { stopSignal } from './stop-signal.ts'

export interface RecordOptions extends ChannelChoice {
  readonly line: LineChoice
  readonly duration?: number
  readonly config?: string
}

/** @throws ExchangeError EXC_RECORDING when messages are lost or cannot be written */
export async function recordFeed(
  file: string,
  options: RecordOptions,
  command: Command,
): Promise<void> {
  const config = loadConfig({ file: options.config, env: process.env })
  const channel = chooseChannel(options, config, command)
  const source =
    options.line === 'tcp'
      ? theStream(file, config, channel, command)
      : theLines(options.line, config, channel, command)
  const ending = new Ending()
  const writer = RecordingWriter.create(file, (error) => ending.fail(error))
  const recording =
    recordingFormat(file) === 'pcap'
      ? new DatagramRecording(writer, file, ending)
      : new MessageRecording(writer, file, ending, channel.retransmission)
  const feed = await source.open(recording.options).catch((error: unknown) => {
    writer.close()
    rmSync(file)
    throw error
  })

  say(`recording ${source.name} to ${file}; Ctrl-C stops`)
  await stopSignal({ seconds: options.duration, signal: ending.signal })
  await feed.close()
  writer.close()
  say(`${file}: ${recording.summary}`)
  ending.check()
}

/** Where the feed is taken from. */
interface Source {
  readonly name: string
  open(options: RecordingOptions): Promise<{ close(): Promise<void> | void }>
}

function theLines(
  line: MulticastChoice,
  config: ExchangeConfig,
  channel: ChannelConfig,
  command: Command,
): Source {
  const lines = chooseLines(line, channel, command)
  return {
    name: `${lines.length} line${lines.length === 1 ? '' : 's'}`,
    open: (options) =>
      FeedSubscriber.open({
        lines,
        interface: config.itch.interface,
        nowMs: () => performance.now(),
        ...options,
      }),
  }
}

function theStream(
  file: string,
  config: ExchangeConfig,
  channel: ChannelConfig,
  command: Command,
): Source {
  if (recordingFormat(file) === 'pcap') {
    command.error(`error: --line tcp has no datagrams for ${file}: give it a name without .pcap`)
  }
  return {
    name: 'the stream',
    open: async ({ listener }) => followStream(config, channel, listener, command),
  }
}

/** Why a recording stops by itself, and what was wrong with it. */
class Ending {
  private readonly controller = new AbortController()
  private error: unknown

  get signal(): AbortSignal {
    return this.controller.signal
  }

  get isOver(): boolean {
    return this.signal.aborted
  }

  stop(remark: string): void {
    say(remark)
    this.controller.abort()
  }

  fail(error: unknown): void {
    this.blame(error)
    this.controller.abort()
  }

  /** The recording goes on, and the command fails at its end. */
  blame(error: unknown): void {
    this.error ??= error
  }

  /** @throws what was wrong first */
  check(): void {
    if (this.error !== undefined) throw this.error
  }
}

type RecordingOptions = Omit<FeedSubscriberOptions, 'lines' | 'interface' | 'nowMs'>

/** Nobody is asked for what the lines did not bring: the file is what was on them. */
class DatagramRecording {
  readonly options: RecordingOptions
  private session = NO_SESSION
  private datagrams = 0
  private messages = 0

  constructor(writer: RecordingWriter, file: string, ending: Ending) {
    const clock = new SequencedClock(new NodeClock())
    writer.append(pcapHeader())
    this.options = {
      gapWaitMs: RECORDING_GAP_WAIT_MS,
      onDatagram: (payload, target, source) => {
        clock.now()
        const { epochSeconds, nanoseconds } = clock
        this.datagrams++
        writer.append(pcapRecord({ epochSeconds, nanoseconds, source, target, payload }))
      },
      listener: {
        ...NOTHING,
        sessionStarted: (session) => (this.session = session),
        message: () => this.messages++,
        messagesLost: ({ first, last }) => {
          if (this.messages === 0 && first === 1) return say(`${file} ${begins(last + 1)}`)
          ending.blame(
            broken(file, `messages ${first} to ${last} of ${this.session} are on no line`),
          )
        },
      },
    }
  }

  get summary(): string {
    return `${this.session} · ${this.datagrams} datagrams · ${this.messages} messages`
  }
}

class MessageRecording {
  readonly options: RecordingOptions
  private session = NO_SESSION
  private messages = 0

  constructor(
    writer: RecordingWriter,
    file: string,
    ending: Ending,
    retransmission: FeedSubscriberOptions['retransmission'],
  ) {
    this.options = {
      retransmission,
      listener: {
        ...NOTHING,
        sessionStarted: (session) => {
          if (this.session === NO_SESSION) this.session = session
          else if (!ending.isOver) {
            ending.fail(
              broken(file, `${session} has started, and the end of ${this.session} was not heard`),
            )
          }
        },
        message: (sequence, view, at, length) => {
          if (ending.isOver) return
          if (length === 0) return ending.fail(broken(file, `message ${sequence} is empty`))
          this.messages++
          writer.append(binaryFileRecord(view, at, length))
        },
        messagesLost: ({ first, last }) => {
          if (ending.isOver) return
          if (first === 1) return say(`${file} ${begins(last + 1)}`)
          ending.fail(broken(file, `messages ${first} to ${last} are lost, it ends before them`))
        },
        sessionEnded: (session) => {
          if (ending.isOver) return
          writer.append(BINARY_FILE_END)
          ending.stop(`${session} has ended`)
        },
      },
    }
  }

  get summary(): string {
    return `${this.session} · ${this.messages} messages`
  }
}

const NO_SESSION = 'no session yet'

const NOTHING: Omit<FeedListener, 'request'> = {
  sessionStarted() {},
  message() {},
  gapOpened() {},
  messagesLost() {},
  sessionEnded() {},
}

const begins = (sequence: number): string =>
  `begins with message ${sequence}: those before it are not available`

const broken = (file: string, reason: string): ExchangeError =>
  new ExchangeError(ErrorCode.Recording, `${file}: ${reason}`)

const say = (remark: string): void => void process.stderr.write(`${remark}\n`)
