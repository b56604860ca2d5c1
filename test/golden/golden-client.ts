/**
 * A client that keeps what it is told since its numbers began, by MsgSeqNum(34), as a later version of
 * the exchange has to say it again: everything but the fields of the sending.
 */
import { RawFix } from '../support/raw-fix.ts'

/** Fields that may differ when a message is sent again. */
const OF_THE_SENDING = new Set([8, 9, 10, 43, 52, 122])
/** Messages that are not sent again: a gap fill stands for them. */
const ADMINISTRATIVE = new Set(['0', '1', '2', '4', '5', 'A'])
const TRANSACT_TIME = '20260105-14:30:00'
const WITHOUT_TRANSACT_TIME = /^35=(2|AF|B|H|Q|x)\|/

export class GoldenClient {
  readonly compId: string
  /** What was said under each MsgSeqNum(34). */
  readonly told = new Map<number, string>()
  /** Numbers that were said not to be sent again. */
  readonly gaps = new Set<number>()
  private fix: RawFix | undefined
  private next = 1
  private settled = 0

  /** @param next MsgSeqNum(34) of its Logon */
  constructor(compId: string, next = 1) {
    this.compId = compId
    this.next = next
  }

  get isConnected(): boolean {
    return this.fix !== undefined
  }

  /** MsgSeqNum(34) of its next Logon. */
  get nextMsgSeqNum(): number {
    return this.fix?.next ?? this.next
  }

  async logOn(port: number, more = ''): Promise<void> {
    const { compId } = this
    if (more.includes('141=Y')) {
      this.next = 1
      this.told.clear()
    }
    this.fix = await RawFix.connect({
      port,
      compId,
      password: compId.toLowerCase(),
      next: this.next,
    })
    this.fix.say(`35=A|98=0|108=60|553=${compId}|554=${compId.toLowerCase()}|${more}`)
    await this.hearUntil((body) => body.startsWith('35=A|'))
  }

  say(text: string): void {
    const needsTime = !WITHOUT_TRANSACT_TIME.test(text)
    this.fix!.say(needsTime ? `${text}|60=${TRANSACT_TIME}` : text)
  }

  /** Waits until everything that was said is answered: messages are answered in order. */
  async settle(): Promise<void> {
    const id = `SETTLED-${++this.settled}`
    this.fix!.say(`35=1|112=${id}`)
    await this.hearUntil((body) => body.includes(`|112=${id}`))
  }

  /** Asks for everything since its numbers began, and waits for it. */
  async hearAgain(): Promise<void> {
    this.fix!.say('35=2|7=1|16=0')
    await this.settle()
  }

  async logOut(): Promise<void> {
    this.fix!.say('35=5')
    await this.hearUntil((body) => body.startsWith('35=5|'))
    await this.drop()
  }

  async drop(): Promise<void> {
    this.next = this.fix!.next
    await this.fix!.end()
    this.fix = undefined
  }

  private async hearUntil(isIt: (body: string) => boolean): Promise<void> {
    for (;;) {
      const fields = await this.fix!.hearFields()
      const body = fields
        .filter(([tag]) => !OF_THE_SENDING.has(tag))
        .map(([tag, value]) => `${tag}=${value}`)
        .join('|')
      this.note(new Map(fields), body)
      if (isIt(body)) return
    }
  }

  private note(fields: ReadonlyMap<number, string>, body: string): void {
    const msgSeqNum = Number(fields.get(34))
    const msgType = fields.get(35)!
    if (msgType === '4') {
      for (let n = msgSeqNum; n < Number(fields.get(36)); n++) this.gaps.add(n)
    }
    if (ADMINISTRATIVE.has(msgType)) return
    const before = this.told.get(msgSeqNum)
    if (before !== undefined && before !== body) {
      throw new Error(`${this.compId}: ${msgSeqNum} was ${before} and is ${body}`)
    }
    this.told.set(msgSeqNum, body)
  }
}
