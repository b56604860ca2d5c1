/**
 * Keeps counterparties from using up the event loop. Alone, a counterparty is read as fast as it
 * sends; while others are active too, it gets a share of messages in each turn of the loop, and what
 * came beyond that waits for the next, behind the others. The more of them there are the smaller is
 * the share, so that the turn, which everybody waits for, stays as short. Nobody is refused for it.
 */
import type { Connection } from './connection.ts'

/** How long somebody else counts as active after a message. */
const ACTIVE_MS = 200
/** Shares in a turn: where more are active they divide these among them. */
const WHOLE_SHARES = 2

export class FairShare {
  private latest: Connection | undefined
  private sharedUntilMs = 0
  private readonly waiting = new Set<Connection>()
  /** Turns of the event loop in which messages were counted. */
  private turn = 1
  /** Connections heard in this turn, and in the one before. */
  private heard = 0
  private heardBefore = 0
  /** What each may send in this turn. */
  private shareMessages: number
  private isScheduled = false
  private readonly messagesMax: number
  private readonly schedule: (run: () => void) => void

  /** @param messagesMax of one connection in a turn of the event loop while others are active */
  constructor(messagesMax: number, schedule: (run: () => void) => void) {
    this.messagesMax = messagesMax
    this.shareMessages = messagesMax
    this.schedule = schedule
  }

  /** Counts a message. @returns whether it was the last of the connection's share in this turn */
  count(connection: Connection, nowMs: number): boolean {
    if (connection !== this.latest) {
      if (this.latest !== undefined) this.sharedUntilMs = nowMs + ACTIVE_MS
      this.latest = connection
    }
    if (nowMs >= this.sharedUntilMs) return false

    const { share } = connection
    if (share.turn !== this.turn) {
      share.turn = this.turn
      share.messages = 0
      this.hear()
    }
    share.messages++
    if (share.messages < this.shareMessages) return false
    this.waiting.add(connection)
    connection.hold('share')
    return true
  }

  /** One more is active in this turn. */
  private hear(): void {
    this.heard++
    if (this.heard > this.heardBefore) this.divide(this.heard)
    if (this.isScheduled) return
    this.isScheduled = true
    this.schedule(this.nextTurn)
  }

  private divide(active: number): void {
    const { messagesMax } = this
    const part = Math.floor((WHOLE_SHARES * messagesMax) / active)
    this.shareMessages = Math.max(1, Math.min(messagesMax, part))
  }

  private readonly nextTurn = (): void => {
    this.isScheduled = false
    this.turn++
    this.heardBefore = this.heard
    this.heard = 0
    this.divide(this.heardBefore)
    const due = [...this.waiting]
    this.waiting.clear()
    for (const connection of due) connection.release('share')
  }
}
