/**
 * Which session a packet belongs to: the running one, the next, or one that was left and whose packets
 * are late. A name says nothing about what came first, so the one that goes on speaking is right:
 * what a late packet of a short session has begun ends once the real one speaks alone.
 */

/** Sessions that were left and whose late packets are ignored. */
const RETIRED_SESSIONS_MAX = 16
/** A line carries a heartbeat each second: a session that is silent for longer is not on the lines any more. */
const SILENCE_MS = 3_000

export class SessionSuccession {
  /** Undefined before the first packet. */
  running: string | undefined
  private heardMs = -Infinity
  private readonly retired: string[] = []

  /**
   * Takes note of a packet. Only a line can start a session, and never one without a name: that is a
   * venue before its first trading day.
   * @returns whether it is of the running session, or of one that starts with it; undefined = of neither
   */
  judge(session: string, isOfLine: boolean, nowMs: number): 'running' | 'starts' | undefined {
    if (session === this.running) {
      if (isOfLine) this.heardMs = nowMs
      return 'running'
    }
    if (!isOfLine || session === '') return undefined
    if (this.retired.includes(session) && nowMs - this.heardMs < SILENCE_MS) return undefined
    this.heardMs = nowMs
    return 'starts'
  }

  start(session: string): void {
    const again = this.retired.indexOf(session)
    if (again >= 0) this.retired.splice(again, 1)
    if (this.running !== undefined) this.retired.push(this.running)
    if (this.retired.length > RETIRED_SESSIONS_MAX) this.retired.shift()
    this.running = session
  }
}
