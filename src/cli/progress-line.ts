/** How far a long reading is: one line on standard error, on a terminal only. */

/** At most five times a second. */
const SHOW_MS = 200

export interface ProgressLine {
  show(text: () => string): void
  clear(): void
}

export function progressLine(): ProgressLine {
  const isTerminal = process.stderr.isTTY
  let shownMs = 0
  return {
    show(text) {
      if (!isTerminal || performance.now() - shownMs < SHOW_MS) return
      shownMs = performance.now()
      process.stderr.write(`\r${text()}\u001b[K`)
    },
    clear() {
      if (isTerminal && shownMs > 0) process.stderr.write('\r\u001b[K')
    },
  }
}
