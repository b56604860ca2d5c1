/**
 * What one side heard, over all its connections: first sendings go up by one on a connection, a
 * number that comes again has the same content, and each report comes once.
 */
import { Finding } from '../parser/finding.ts'

/** A message as StageClient.hear gives it. */
export interface HeardMessage {
  readonly msgSeqNum: number
  readonly msgType: string
  readonly isDuplicate: boolean
  readonly text: string
  readonly value: (tag: number) => string | undefined
}

const ADMINISTRATIVE = 'A012345'
/** What differs between sendings. */
const SENDING = /\|(43|122)=[^|]*/g

export function parseHeard(line: string): HeardMessage {
  const [, number, text] = /^(\d+): ([^]*)$/.exec(line)!
  const value = (tag: number): string | undefined =>
    new RegExp(`(?:^|\\|)${tag}=([^|]*)`).exec(text!)?.[1]
  return {
    msgSeqNum: Number(number),
    msgType: value(35)!,
    isDuplicate: value(43) === 'Y',
    text: text!,
    value,
  }
}

export class HeardMessages {
  /** MsgSeqNum(34) up to which nothing is missing. */
  last = 0
  /** ExecID(17) of every report that was taken. */
  readonly execIds = new Set<string>()
  private readonly name: string
  private readonly contents = new Map<number, string>()
  private lastOnLine = 0

  constructor(name: string) {
    this.name = name
  }

  /** A new connection: its first message may be beyond what was heard. */
  connected(): void {
    this.lastOnLine = 0
  }

  /** @throws Finding */
  take(message: HeardMessage): void {
    const { msgSeqNum, msgType } = message
    if (msgType === 'A' && message.value(141) === 'Y') this.startAgain()
    if (msgType === '4') return this.skip(msgSeqNum, Number(message.value(36)))

    if (!message.isDuplicate) {
      if (this.lastOnLine > 0 && msgSeqNum !== this.lastOnLine + 1) {
        throw new Finding('outbound', `${this.name}: ${msgSeqNum} follows ${this.lastOnLine}`)
      }
      this.lastOnLine = msgSeqNum
    }
    this.note(message)
  }

  private note({ msgSeqNum, msgType, text, value }: HeardMessage): void {
    const content = text.replaceAll(SENDING, '')
    const known = this.contents.get(msgSeqNum)
    if (known !== undefined && known !== content && !ADMINISTRATIVE.includes(msgType)) {
      throw new Finding('outbound', `${this.name} ${msgSeqNum} was ${known}, now ${content}`)
    }
    this.contents.set(msgSeqNum, content)
    this.advance()
    if (msgType !== '8' || known !== undefined) return
    const execId = value(17)!
    if (execId !== '0' && this.execIds.has(execId)) {
      throw new Finding('outbound', `${this.name} got ExecID ${execId} twice`)
    }
    this.execIds.add(execId)
  }

  private skip(from: number, to: number): void {
    for (let n = from; n < to; n++) this.contents.set(n, this.contents.get(n) ?? '')
    this.advance()
  }

  private advance(): void {
    while (this.contents.has(this.last + 1)) this.last++
  }

  private startAgain(): void {
    this.contents.clear()
    this.last = 0
    this.lastOnLine = 0
  }
}
