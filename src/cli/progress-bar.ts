/**
 * How far a long piece of work is, on standard error: a bar on a terminal, five times a second; a line
 * every few seconds elsewhere, so that a log of it stays short.
 */
import type { Note, ShowProgress } from '../dropcopy/index.ts'
import { progressLine } from './progress-line.ts'

const BAR_CELLS = 30
const PLAIN_INTERVAL_MS = 5_000

export interface ProgressBar {
  /**
   * @param share 0..1
   * @param text what is being done, and what of
   */
  show(share: number, text: () => string): void
  /** Takes the bar off the terminal. */
  clear(): void
}

export function progressBar(): ProgressBar {
  const line = progressLine()
  let saidMs = performance.now()
  return {
    show(share, text) {
      if (process.stderr.isTTY) {
        line.show(() => `${drawBar(share)} ${text()}`)
        return
      }
      if (performance.now() - saidMs < PLAIN_INTERVAL_MS) return
      saidMs = performance.now()
      process.stderr.write(`${percent(share)} ${text()}\n`)
    },
    clear: () => line.clear(),
  }
}

/** `[###---] 50 %` */
export function drawBar(share: number): string {
  const cells = Math.floor(clamp(share) * BAR_CELLS)
  return `[${'#'.repeat(cells)}${'-'.repeat(BAR_CELLS - cells)}] ${percent(share)}`
}

/** Not 100 before the end. */
const percent = (share: number): string => `${Math.floor(clamp(share) * 100)} %`.padStart(5)

const clamp = (share: number): number => Math.min(1, Math.max(0, share))

/** Does it, and shows how far it is on standard error. */
export async function withProgress<Result>(
  work: (note: Note, progress: ShowProgress) => Promise<Result>,
): Promise<Result> {
  const bar = progressBar()
  const note: Note = (line) => {
    bar.clear()
    process.stderr.write(`${line}\n`)
  }
  const progress: ShowProgress = ({ done, total, text }) =>
    bar.show(total === 0 ? 1 : done / total, () => text)
  try {
    return await work(note, progress)
  } finally {
    bar.clear()
  }
}
