/** How far long work is: a bar on a terminal, few lines elsewhere. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { drawBar, progressBar } from '../../src/cli/progress-bar.ts'

const { isTTY } = process.stderr
let written: string[]

beforeEach(() => {
  vi.useFakeTimers({ now: 0 })
  vi.advanceTimersByTime(1_000)
  written = []
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => written.push(String(text)) > 0)
})
afterEach(() => {
  vi.restoreAllMocks()
  vi.useRealTimers()
  process.stderr.isTTY = isTTY
})

/** Tenths of the work, two seconds each. */
function work(): void {
  const bar = progressBar()
  for (let done = 1; done <= 4; done++) {
    vi.advanceTimersByTime(2_000)
    bar.show(done / 4, () => `compared group ${done} of 4`)
  }
  bar.clear()
}

it('is a line every five seconds where nobody looks', () => {
  process.stderr.isTTY = false
  work()

  expect(written).toEqual([' 75 % compared group 3 of 4\n'])
})

it('is a bar on a terminal, taken off at the end', () => {
  process.stderr.isTTY = true
  work()

  expect(written).toEqual([
    '\r[#######-----------------------]  25 % compared group 1 of 4\u001b[K',
    '\r[###############---------------]  50 % compared group 2 of 4\u001b[K',
    '\r[######################--------]  75 % compared group 3 of 4\u001b[K',
    '\r[##############################] 100 % compared group 4 of 4\u001b[K',
    '\r\u001b[K',
  ])
})

it('is not full before the end', () => {
  expect(drawBar(0.9999)).toBe('[#############################-]  99 %')
})
