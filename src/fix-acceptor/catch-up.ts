/**
 * Serves the sessions that are behind, each a slice in its turn, one round per event-loop turn: a
 * resend of a million messages delays nobody by more than a round.
 */
import type { AcceptorSession } from './acceptor-session.ts'

/** Slices of all sessions together in one event-loop turn. */
const ROUND_SLICES_MAX = 4

export class CatchUp {
  private readonly behind = new Set<AcceptorSession>()
  private isScheduled = false
  private readonly schedule: (run: () => void) => void
  private readonly serve: (session: AcceptorSession) => boolean

  /** @param serve sends a session's next slice; false when it must wait for its counterparty */
  constructor(schedule: (run: () => void) => void, serve: (session: AcceptorSession) => boolean) {
    this.schedule = schedule
    this.serve = serve
  }

  add(session: AcceptorSession): void {
    this.behind.add(session)
    this.plan()
  }

  private plan(): void {
    if (this.isScheduled || this.behind.size === 0) return
    this.isScheduled = true
    this.schedule(this.round)
  }

  private readonly round = (): void => {
    let slices = ROUND_SLICES_MAX
    for (const session of this.behind) {
      if (slices-- === 0) break
      this.behind.delete(session)
      // To the end of the row: the loop comes to it again after the others.
      if (this.serve(session)) this.behind.add(session)
    }
    this.isScheduled = false
    this.plan()
  }
}
