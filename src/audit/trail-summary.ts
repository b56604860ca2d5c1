/** The last line of a file, made of all lines before it; a reader makes it again and compares. */
import { createHash } from 'node:crypto'
import type { AuditLine, LineType } from './line-types.ts'
import { LINE_TYPES } from './line-types.ts'

/** What the summary takes from a line. */
export interface CountedLine {
  readonly type: LineType
  readonly command?: unknown
  readonly position?: unknown
}

interface Sequence {
  readonly command: unknown
  readonly position: unknown
}

export class TrailSummary {
  /** Lines so far. */
  lines = 0
  private readonly hash = createHash('sha256')
  private readonly counts = new Map<LineType, number>()
  private first: Sequence | undefined
  private last: Sequence | undefined

  /** @param text the line as it stands in the file, without its end */
  add({ type, command, position }: CountedLine, text: string | Uint8Array): void {
    this.lines++
    this.hash.update(text).update('\n')
    this.counts.set(type, (this.counts.get(type) ?? 0) + 1)
    if (command === undefined) return
    this.last = { command, position }
    this.first ??= this.last
  }

  /** Closes the sum: called once, behind the last line. */
  line(): AuditLine {
    const counted = LINE_TYPES.filter((type) => this.counts.has(type))
    return {
      type: 'Summary',
      lines: this.lines,
      counts: Object.fromEntries(counted.map((type) => [type, this.counts.get(type)])),
      first: this.first,
      last: this.last,
      isComplete: this.counts.has('NextDayOpened'),
      sha256: this.hash.digest('hex'),
    }
  }
}
