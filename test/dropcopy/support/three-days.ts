/** A journal of three trading days: the second leaves a good-till-cancel order, the third is open. */
import { TimeInForce } from '../../../src/domain/index.ts'
import type { Journal } from '../../../src/journal/index.ts'
import { EventType } from '../../../src/wire/index.ts'
import type { TurnBuilder } from './turns.ts'
import { aConfiguration, anOrderEvent, appendTurns, aTurn, START_SECONDS } from './turns.ts'

const DAY_SECONDS = 86_400

/** Each match is four executions, two orders and a trade; a day begins with a Logon. */
export class Days {
  private readonly journal: Journal
  private matches = 0
  private epochSeconds = START_SECONDS - 2 * DAY_SECONDS

  constructor(journal: Journal) {
    this.journal = journal
  }

  /** The 19th with three matches, the 20th with two and an order that stays, the 21st with one. */
  appendAll(): void {
    this.open(20261119, aTurn().configure(aConfiguration()))
    for (let i = 0; i < 3; i++) this.match()
    this.open(20261120)
    for (let i = 0; i < 2; i++) this.match()
    this.rest()
    this.open(20261121)
    this.match()
  }

  match(): void {
    const number = ++this.matches
    const at = { epochSeconds: this.epochSeconds }
    const [buyOrder, sellOrder, execId] = [2 * number - 1, 2 * number, 4 * number - 3]
    const buy = {
      ...at,
      execId,
      orderId: buyOrder,
      orderReference: buyOrder,
      clOrdId: `B${number}`,
    }
    const sell = {
      ...at,
      execId: execId + 1,
      orderId: sellOrder,
      orderReference: sellOrder,
      side: 0x32,
    }
    this.append(
      aTurn()
        .order(EventType.OrderAccepted, 1, anOrderEvent(buy))
        .order(EventType.OrderAccepted, 2, anOrderEvent({ ...sell, clOrdId: `S"${number}` }))
        .match({ matchNumber: number, execId: execId + 2, buyOrder, sellOrder }, at),
    )
  }

  /** Half of a match is taken back now, which gives it another number. @returns that */
  correct(originalMatch: number): number {
    const matchNumber = ++this.matches
    this.append(
      aTurn().correction(
        this.numbersOf(originalMatch, matchNumber),
        50,
        this.asItWas(originalMatch),
      ),
    )
    return matchNumber
  }

  bust(originalMatch: number): void {
    const { execId } = this.numbersOf(originalMatch, ++this.matches)
    const numbers = { ...this.numbersOf(originalMatch, originalMatch), execId }
    this.append(aTurn().correction(numbers, 0, this.asItWas(originalMatch)))
  }

  /** The 22nd: the day before is over. */
  openNext(): void {
    this.open(20261122)
  }

  private numbersOf(originalMatch: number, matchNumber: number) {
    const [buyOrder, sellOrder] = [2 * originalMatch - 1, 2 * originalMatch]
    return { originalMatch, matchNumber, execId: 4 * matchNumber - 3, buyOrder, sellOrder }
  }

  private asItWas(originalMatch: number) {
    const { epochSeconds } = this
    return { priorPx: 1_825_000, execRefId: 4 * originalMatch - 1, epochSeconds }
  }

  private open(tradingDate: number, turn = aTurn()): void {
    if (tradingDate > 20261119) this.epochSeconds += DAY_SECONDS
    this.append(turn.openDay(tradingDate))
    this.append(aTurn().message(1, 'A', '98=0|108=30|'))
  }

  private rest(): void {
    const ids = { execId: 1_000, orderId: 1_000, orderReference: 1_000, clOrdId: 'GTC' }
    const order = anOrderEvent({
      ...ids,
      epochSeconds: this.epochSeconds,
      timeInForce: TimeInForce.GoodTillCancel,
    })
    this.matches = 1_000
    this.append(aTurn().order(EventType.OrderAccepted, 1, order))
  }

  private append(turn: TurnBuilder): void {
    appendTurns(this.journal, [turn])
  }
}
