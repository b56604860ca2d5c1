/**
 * What is to happen when its time comes, the earliest first: a binary heap of pairs of a time and the
 * number of an order or a session. One that was given another time stays until the old one comes, too:
 * the caller looks.
 */
import type { StateTransfer } from '../domain/index.ts'
import { enlarged } from '../domain/index.ts'

const ROOT = 1

export class DueQueue {
  private count = 0
  private times = new Float64Array(16)
  private numbers = new Int32Array(16)

  /** The earliest time; Infinity when there is none. */
  get next(): number {
    return this.count === 0 ? Infinity : this.times[ROOT]!
  }

  add(number: number, time: number): void {
    if (++this.count >= this.times.length) this.grow()
    let at = this.count
    for (; at > ROOT && this.isBefore(time, number, at >> 1); at >>= 1) this.move(at >> 1, at)
    this.times[at] = time
    this.numbers[at] = number
  }

  /** Takes the earliest out. */
  take(): number {
    const first = this.numbers[ROOT]!
    const time = this.times[this.count]!
    const number = this.numbers[this.count]!
    this.count--
    let at = ROOT
    for (let child = 2; child <= this.count; child = at * 2) {
      const other = child + 1
      if (other <= this.count && this.isBefore(this.times[other]!, this.numbers[other]!, child)) {
        child = other
      }
      if (this.isBefore(time, number, child)) break
      this.move(child, at)
      at = child
    }
    this.times[at] = time
    this.numbers[at] = number
    return first
  }

  clear(): void {
    this.count = 0
  }

  /** @param name of the part in a snapshot */
  transfer(name: string, transfer: StateTransfer): void {
    this.count = transfer.value(`${name}.count`, this.count)
    this.times = transfer.column(`${name}.times`, this.times, this.count + 1)
    this.numbers = transfer.column(`${name}.numbers`, this.numbers, this.count + 1)
  }

  /** Of two at one time the smaller number goes first: the same on every machine. */
  private isBefore(time: number, number: number, at: number): boolean {
    const other = this.times[at]!
    return time < other || (time === other && number < this.numbers[at]!)
  }

  private move(from: number, to: number): void {
    this.times[to] = this.times[from]!
    this.numbers[to] = this.numbers[from]!
  }

  private grow(): void {
    this.times = enlarged(this.times, this.times.length * 2)
    this.numbers = enlarged(this.numbers, this.times.length)
  }
}
