/**
 * A terminal that is drawn over again: each frame replaces the one before without flicker. On
 * anything but a terminal a frame is printed below the one before.
 */
import type { WriteStream } from 'node:tty'

const HIDE_CURSOR = '\x1b[?25l'
const SHOW_CURSOR = '\x1b[?25h'
const CLEAR = '\x1b[2J'
const HOME = '\x1b[H'
const CLEAR_LINE = '\x1b[K'
const CLEAR_BELOW = '\x1b[J'

export class Screen {
  private readonly out: WriteStream
  private drawn = false

  constructor(out: WriteStream) {
    this.out = out
  }

  get interactive(): boolean {
    return this.out.isTTY
  }

  /** Colours on a terminal, unless NO_COLOR(https://no-color.org) asks for none. */
  get color(): boolean {
    return this.interactive && !process.env['NO_COLOR']
  }

  get rows(): number {
    return this.interactive ? this.out.rows : Infinity
  }

  draw(lines: readonly string[]): void {
    if (!this.interactive) {
      this.out.write(`${lines.join('\n')}\n\n`)
      return
    }
    const start = this.drawn ? HOME : HIDE_CURSOR + CLEAR + HOME
    this.drawn = true
    const frame = lines.slice(0, this.rows - 1).map((line) => `${line}${CLEAR_LINE}\n`)
    this.out.write(start + frame.join('') + CLEAR_BELOW)
  }

  /** Gives the cursor back; the last frame stays. */
  close(): void {
    if (this.drawn) this.out.write(SHOW_CURSOR)
  }
}
