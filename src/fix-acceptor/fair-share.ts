/**
 * Keeps one counterparty from using up the event loop. Alone, a counterparty is read as fast as it
 * sends; while others are active too, it gets a share of messages in each turn of the loop, and what
 * came beyond that waits for the next, behind the others. Nobody is refused for it.
 */
import type { Connection } from './connection.ts'

/** How long somebody else counts as active after a message. */
const ACTIVE_MS = 200

export class FairShare {
  private latest: Connection | undefined
  private sharedUntilMs = 0
  private readonly waiting = new Set<Connection>()
  /** Turns of the event loop in which messages were counted. */
  private turn = 1
  private isScheduled = false
  private readonly messagesMax: number
  private readonly schedule: (run: () => void) => void

  /** @param messagesMax of one connection in a turn of the event loop while others are active */
  constructor(messagesMax: number, schedule: (run: () => void) => void) {
    this.messagesMax = messagesMax
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
    share.messages = share.turn === this.turn ? share.messages + 1 : 1
    share.turn = this.turn
    this.planTurn()
    if (share.messages < this.messagesMax) return false
    this.waiting.add(connection)
    connection.hold('share')
    return true
  }

  private planTurn(): void {
    if (this.isScheduled) return
    this.isScheduled = true
    this.schedule(this.nextTurn)
  }

  private readonly nextTurn = (): void => {
    this.isScheduled = false
    this.turn++
    const due = [...this.waiting]
    this.waiting.clear()
    for (const connection of due) connection.release('share')
  }
}
