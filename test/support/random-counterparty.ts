/**
 * A counterparty that says whatever comes to its mind on a session: often what fits, and otherwise
 * anything that a FIX engine must have an answer to. Session messages only, so that it can be
 * answered by a session alone. Everything follows from the dice.
 */
import type { Dice } from './dice.ts'
import { timestamp } from './transcript.ts'

export type Whim =
  | { readonly kind: 'connect' | 'drop' }
  | { readonly kind: 'wait'; readonly seconds: number }
  | { readonly kind: 'say'; readonly text: string; readonly msgSeqNum: number }

const WAITS = [0.1, 0.5, 1, 2, 5, 6, 10, 29, 30, 36, 40]
/** Distance of MsgSeqNum(34) from the number expected. */
const LEAPS = [0, 0, 0, 0, 0, 0, 0, 1, 2, -1, -2, 5]
/** Seconds of OrigSendingTime(122) before SendingTime(52). */
const AGES = [0, 5, 5, -5]
const LOGON = '35=A|98=0|108=30'
// prettier-ignore
const LINES = [
  LOGON, '35=A|98=0|108=10', '35=A|98=0|108=3', '35=A|98=1|108=30', '35=A|98=0|108=30|464=Y',
  '35=0', '35=0', '35=0', '35=0|112=X', '35=1|112=HELLO', '35=1|112=HELLO', '35=1', '35=1|112=',
  '35=3|45=1', '35=3', '35=4|123=Y', '35=5', '35=5|58=Bye',
  '35=B|148=Headline|33=1|58=Line', '35=*', '35=D|11=ID',
  '35=0|999=X', '35=0|49=OTHER', '35=0|56=OTHER', '35=0|-49', '35=0|-52', '35=0|-34', '35=0|34=x',
  '35=0|10=000', '35=1|112=LOST|9=20', '8=FIX.4.2|35=0',
]

export class RandomCounterparty {
  readonly #dice: Dice
  /** MsgSeqNum(34) that is expected of it, and the last that it has heard. */
  expected = 1
  heard = 0
  isConnected = false
  #elapsedSeconds = 0
  #hasSpoken = false

  constructor(dice: Dice) {
    this.#dice = dice
  }

  next(): Whim {
    if (!this.isConnected) {
      this.isConnected = true
      this.#hasSpoken = false
      return { kind: 'connect' }
    }
    if (this.#dice.chance(0.04)) {
      this.isConnected = false
      return { kind: 'drop' }
    }
    return this.#dice.chance(0.08) ? this.#wait() : this.#say()
  }

  #wait(): Whim {
    const seconds = this.#dice.pick(WAITS)!
    this.#elapsedSeconds += seconds
    return { kind: 'wait', seconds }
  }

  #say(): Whim {
    const msgSeqNum = Math.max(0, this.expected + this.#dice.pick(LEAPS)!)
    const opens = !this.#hasSpoken && this.#dice.chance(0.85)
    this.#hasSpoken = true
    const line = opens ? this.#dice.pick(this.#logons)! : this.#line(msgSeqNum)
    return { kind: 'say', text: this.#dice.chance(0.15) ? this.#again(line) : line, msgSeqNum }
  }

  #line(msgSeqNum: number): string {
    const numbered = [
      ...this.#logons,
      `35=0|52=${timestamp(this.#elapsedSeconds + 200)}`,
      '35=2|7=1|16=0',
      '35=2|7=1|16=999999',
      `35=2|7=${Math.max(1, this.heard)}|16=0`,
      `35=2|7=${this.#dice.between(0, this.heard + 2)}|16=${this.#dice.between(0, this.heard + 3)}`,
      `35=4|123=Y|36=${msgSeqNum + this.#dice.between(-1, 4)}`,
      `35=4|123=Y|36=${msgSeqNum + this.#dice.between(1, 4)}`,
      `35=4|36=${this.expected + this.#dice.between(-2, 4)}`,
    ]
    return this.#dice.pick([...LINES, ...numbered])!
  }

  get #logons(): string[] {
    const nextExpected = this.#dice.between(1, this.heard + 2)
    return [LOGON, LOGON, `${LOGON}|141=Y|34=1`, `${LOGON}|789=${nextExpected}`]
  }

  /** With PossDupFlag(43)=Y. */
  #again(line: string): string {
    const original = timestamp(this.#elapsedSeconds - this.#dice.pick(AGES)!)
    return `${line}|43=Y${this.#dice.chance(0.1) ? '' : `|122=${original}`}`
  }
}
