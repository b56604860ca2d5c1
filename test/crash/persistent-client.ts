/**
 * A FIX client that outlives the exchange's crashes: it keeps its numbers and every application
 * message that it was ever told, asks for the whole session again after each Logon, and holds the
 * exchange to what it said before.
 */
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { FixReader, MessageWriter } from '../../src/fix/index.ts'
import type { FieldWriter, FixMessage } from '../../src/fix/index.ts'
import type { Dice } from '../support/dice.ts'

/** Fields that may differ when a message is sent again. */
const OF_THE_SENDING = new Set([8, 9, 10, 43, 52, 122])
const ANSWER_MS = 20_000

export class PersistentClient {
  readonly compId: string
  /** What was said under each MsgSeqNum(34), without the fields of the sending. */
  readonly told = new Map<number, string>()
  /** MsgSeqNum of each ExecID(17). */
  readonly execIds = new Map<string, number>()
  readonly violations: string[] = []
  private readonly dice: Dice
  private readonly clOrdIds: string[] = []
  private readonly writer: MessageWriter
  private socket: Socket | undefined
  private nextMsgSeqNum = 1
  private orders = 0
  private isLoggedOn = false
  /** Highest MsgSeqNum of theirs. */
  private highest = 0
  /** Numbers that the resend at hand has delivered or filled; undefined when none is open. */
  private resent: Set<number> | undefined
  /** TestReqID(112) of the last Heartbeat that answered one. */
  private answeredTest = ''
  private lost = false

  constructor(compId: string, dice: Dice) {
    this.compId = compId
    this.dice = dice
    this.writer = new MessageWriter({ senderCompId: compId, targetCompId: 'BUTTONWOOD' })
  }

  /** Its session has been used before: MsgSeqNum(34) of its first Logon. */
  continueAt(msgSeqNum: number): void {
    this.nextMsgSeqNum = msgSeqNum
  }

  /** Logs on with the numbers of before and asks for the session from its beginning. */
  async logOn(port: number): Promise<void> {
    const before = [...this.told.keys()]
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    await once(socket, 'connect')
    const reader = new FixReader(
      {
        onMessage: (message) => this.hear(message),
        onGarbled: (reason) => this.violations.push(`${this.compId}: garbled, ${reason}`),
        onGarbageLimit: () => undefined,
      },
      { messageBytesMax: 65_536, garbageBytesMax: 65_536 },
    )
    socket.on('data', (chunk) => reader.push(chunk))
    // The exchange is killed on purpose.
    socket.on('error', () => undefined)
    socket.on('close', () => (this.lost = true))
    this.socket = socket
    this.lost = false
    this.isLoggedOn = false
    this.send('A', (fields) => {
      fields.int(98, 0)
      fields.int(108, 30)
      fields.string(553, this.compId)
      fields.string(554, this.compId.toLowerCase())
    })
    await this.until(() => this.isLoggedOn, 'a Logon')

    const last = this.highest
    const resent = new Set<number>()
    this.resent = resent
    this.send('2', (fields) => {
      fields.int(7, 1)
      fields.int(16, 0)
    })
    const isWhole = () => {
      for (let number = 1; number <= last; number++) if (!resent.has(number)) return false
      return true
    }
    await this.until(isWhole, `a resend of 1 to ${last}`)
    this.resent = undefined
    for (const number of before) {
      if (number > last) this.violations.push(`${this.compId}: ${number} was said and is unknown`)
    }
  }

  /** Sends one order, replacement or cancel, some of them about orders that are gone. */
  act(): void {
    const { dice } = this
    const clOrdId = `${this.compId}${++this.orders}`
    const orig = dice.chance(0.5) ? dice.pick(this.clOrdIds.slice(-30)) : undefined
    const price = 1_820_000 + dice.below(12) * 1000
    this.clOrdIds.push(clOrdId)
    const msgType = orig === undefined ? 'D' : dice.chance(0.5) ? 'F' : 'G'
    this.send(msgType, (fields) => {
      fields.string(11, clOrdId)
      if (orig !== undefined) fields.string(41, orig)
      fields.string(55, 'AAPL')
      fields.string(54, Number(clOrdId.replace(/\D/g, '')) % 2 === 0 ? '1' : '2')
      fields.utcTimestamp(60, Math.floor(Date.now() / 1000), 0)
      fields.int(38, 100 * dice.between(1, 5))
      if (msgType === 'F') return
      fields.string(40, '2')
      fields.decimal(44, price, 4)
    })
  }

  /** Whether the connection has ended. */
  get isLost(): boolean {
    return this.lost
  }

  /** Waits until everything that was sent is answered: a session's messages are answered in order. */
  async settled(): Promise<void> {
    const id = `${this.nextMsgSeqNum}`
    this.send('1', (fields) => fields.string(112, id))
    await this.until(() => this.answeredTest === id, 'the answers to everything')
  }

  /** The exchange is gone. */
  lose(): void {
    this.socket?.destroy()
  }

  private hear(message: FixMessage): void {
    const { msgSeqNum, msgType } = message
    this.highest = Math.max(this.highest, msgSeqNum)
    switch (msgType) {
      case 'A':
        this.isLoggedOn = true
        this.resent?.add(msgSeqNum)
        return
      case '0':
        this.answeredTest = message.string(112) ?? ''
        return
      case '1':
        return this.send('0', (fields) => fields.string(112, message.string(112)!))
      case '2':
        return this.fillGap(message.int(7)!)
      case '4':
        for (let n = msgSeqNum; n < message.int(36)!; n++) this.notSentAgain(n)
        return
      case '5':
        return
      default:
        return this.note(message)
    }
  }

  /** Our lost messages are stale: none is sent again. */
  private fillGap(begin: number): void {
    const newSeqNo = this.nextMsgSeqNum
    this.nextMsgSeqNum = begin
    this.send('4', (fields) => {
      fields.boolean(123, true)
      fields.int(36, newSeqNo)
    })
    this.nextMsgSeqNum = newSeqNo
  }

  private notSentAgain(number: number): void {
    this.resent?.add(number)
    if (this.told.has(number)) this.violations.push(`${this.compId}: ${number} became a gap`)
  }

  private note(message: FixMessage): void {
    const { msgSeqNum } = message
    this.resent?.add(msgSeqNum)
    const fields = message.toFields().filter(([tag]) => !OF_THE_SENDING.has(tag))
    const text = fields.map(([tag, value]) => `${tag}=${value}`).join('|')
    const before = this.told.get(msgSeqNum)
    if (before !== undefined && before !== text) {
      this.violations.push(`${this.compId}: ${msgSeqNum} was ${before} and is ${text}`)
    }
    this.told.set(msgSeqNum, text)

    const execId = message.string(17)
    // That of a status, which reports nothing new, is 0.
    if (execId === undefined || execId === '0') return
    const known = this.execIds.get(execId)
    if (known !== undefined && known !== msgSeqNum) {
      this.violations.push(`${this.compId}: ExecID ${execId} at ${known} and ${msgSeqNum}`)
    }
    this.execIds.set(execId, msgSeqNum)
  }

  private send(msgType: string, write: (fields: FieldWriter) => void): void {
    const now = Date.now()
    const fields = this.writer.begin({
      msgType,
      msgSeqNum: this.nextMsgSeqNum++,
      sendingSeconds: Math.floor(now / 1000),
      sendingNanoseconds: (now % 1000) * 1e6,
    })
    write(fields)
    this.writer.end()
    this.socket!.write(this.writer.bytes.slice(0, this.writer.length))
    this.writer.clear()
  }

  private async until(holds: () => boolean, what: string): Promise<void> {
    const deadlineMs = performance.now() + ANSWER_MS
    while (!holds()) {
      if (this.socket?.destroyed === true) throw new Error(`${this.compId} was cut off`)
      if (performance.now() > deadlineMs) throw new Error(`${this.compId} waits for ${what}`)
      await sleep(2)
    }
  }
}
