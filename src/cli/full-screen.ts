/**
 * A terminal taken over for a while: the alternate screen, keys one by one, frames of which only
 * the lines that changed are written. Whatever ends the process, the terminal comes back as it was.
 */
import type { ReadStream, WriteStream } from 'node:tty'

const ENTER = '\x1b[?1049h\x1b[?25l\x1b[2J'
const LEAVE = '\x1b[?25h\x1b[?1049l'
/** Terminals that know it show a frame at once; the others ignore it. */
const BEGIN_FRAME = '\x1b[?2026h'
const END_FRAME = '\x1b[?2026l'
const CLEAR = '\x1b[2J'
/** Before the text: behind a full line it would take its last character. */
const CLEAR_LINE = '\x1b[K'

const SIZE_AT_LEAST = 1
const COLUMNS_DEFAULT = 80
const ROWS_DEFAULT = 24

export interface Terminal {
  readonly output: WriteStream
  readonly input: ReadStream
}

export class FullScreen {
  private readonly terminal: Terminal
  private readonly onKey: (key: string) => void
  private shown: readonly string[] = []
  private isOpen = false
  private readonly leave = (): void => this.close()
  private readonly forget = (): void => {
    this.shown = []
    this.terminal.output.write(CLEAR)
  }
  private readonly receive = (data: Buffer): void => this.onKey(data.toString('latin1'))

  /** @param onKey called with what a key sends, Ctrl-C included: `\x03` */
  constructor(terminal: Terminal, onKey: (key: string) => void) {
    this.terminal = terminal
    this.onKey = onKey
  }

  get columns(): number {
    return Math.max(SIZE_AT_LEAST, this.terminal.output.columns || COLUMNS_DEFAULT)
  }

  get rows(): number {
    return Math.max(SIZE_AT_LEAST, this.terminal.output.rows || ROWS_DEFAULT)
  }

  open(): void {
    const { input, output } = this.terminal
    this.isOpen = true
    process.once('exit', this.leave)
    output.write(ENTER)
    output.on('resize', this.forget)
    if (!input.isTTY) return
    input.setRawMode(true)
    input.on('data', this.receive)
    input.resume()
  }

  /** Shows these lines from the top; none may be wider than `columns`. */
  draw(lines: readonly string[]): void {
    if (!this.isOpen) return
    const frame = Array.from({ length: this.rows }, (_, row) => lines[row] ?? '')
    const changes = frame
      .map((line, row) =>
        line === this.shown[row] ? '' : `\x1b[${row + 1};1H${CLEAR_LINE}${line}`,
      )
      .join('')
    this.shown = frame
    if (changes !== '') this.terminal.output.write(BEGIN_FRAME + changes + END_FRAME)
  }

  /** Gives the terminal back; what was drawn is gone with the alternate screen. */
  close(): void {
    if (!this.isOpen) return
    this.isOpen = false
    const { input, output } = this.terminal
    process.off('exit', this.leave)
    output.off('resize', this.forget)
    if (input.isTTY) {
      input.off('data', this.receive)
      input.setRawMode(false)
      input.pause()
    }
    output.write(LEAVE)
  }
}
