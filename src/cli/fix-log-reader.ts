/** The logs of many sessions as one, in the order in which things happened. */
import type { LogLine } from '../fix-acceptor/index.ts'
import { FixLogSession, sessionsIn } from './fix-log-session.ts'

export interface SessionLine extends LogLine {
  readonly session: string
}

export interface FixLogSource {
  readonly directory: string
  /** Only this session's. */
  readonly session?: string | undefined
}

interface Head {
  readonly log: FixLogSession
  readonly line: LogLine
}

export class FixLogReader {
  private readonly source: FixLogSource
  private readonly logs = new Map<string, FixLogSession>()

  /** @param isOld what has been logged so far is passed over */
  constructor(source: FixLogSource, { isOld = false } = {}) {
    this.source = source
    this.findSessions(isOld)
  }

  /**
   * What is there by now and was not read before. A line's bytes are valid until the next line is
   * asked for.
   */
  *read(): Generator<SessionLine> {
    this.findSessions(false)
    const heads: Head[] = []
    for (const log of this.logs.values()) insert(heads, log)
    for (let head = heads.pop(); head !== undefined; head = heads.pop()) {
      const { log, line } = head
      yield { session: log.name, time: line.time, kind: line.kind, bytes: line.bytes }
      insert(heads, log)
    }
  }

  close(): void {
    for (const log of this.logs.values()) log.close()
  }

  private findSessions(isOld: boolean): void {
    const { directory, session } = this.source
    for (const name of sessionsIn(directory)) {
      if (this.logs.has(name) || (session !== undefined && name !== session)) continue
      this.logs.set(name, new FixLogSession(directory, name, { isOld }))
    }
  }
}

/** Puts a log's next line to its place: the latest first, so that the earliest is taken from the end. */
function insert(heads: Head[], log: FixLogSession): void {
  const line = log.next()
  if (line === undefined) return
  let low = 0
  let high = heads.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (heads[middle]!.line.time > line.time) low = middle + 1
    else high = middle
  }
  heads.splice(low, 0, { log, line })
}
