/**
 * Who asked to be told: of an instrument, by SecurityStatusRequest(e), and of the trading day, by
 * TradingSessionStatusRequest(g), each with SubscriptionRequestType(263)=1. A session has at most one
 * subscription for each listed instrument and one for the day; another one takes the place of the first.
 * They end with the session's connection.
 */
import type { Answers } from './answers.ts'

interface Subscription {
  readonly answers: Answers
  /** SecurityStatusReqID(324) or TradSesReqID(335) */
  readonly id: string
  /** Of the second, of the session's timestamps. */
  readonly decimals: number
}

/** In place of a stock locate: the trading day. */
export const TRADING_DAY = 0

export class StatusSubscriptions {
  /** By stock locate, or TRADING_DAY: by session. */
  private readonly subscriptions = new Map<number, Map<number, Subscription>>()

  begin(about: number, session: number, subscription: Subscription): void {
    let all = this.subscriptions.get(about)
    if (all === undefined) this.subscriptions.set(about, (all = new Map()))
    all.set(session, subscription)
  }

  /** @returns whether there was one */
  end(about: number, session: number): boolean {
    return this.subscriptions.get(about)?.delete(session) ?? false
  }

  endAll(session: number): void {
    for (const all of this.subscriptions.values()) all.delete(session)
  }

  /** Of sessions that may be told. */
  *of(about: number): Generator<Subscription, void, undefined> {
    for (const subscription of this.subscriptions.get(about)?.values() ?? []) {
      if (subscription.answers.isLoggedOn) yield subscription
    }
  }
}
