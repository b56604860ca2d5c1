/**
 * Orders with an ExpireTime(126), the earliest first: a binary heap of pairs. An order that has ended
 * or was given another time stays in it until its old time comes; the caller looks.
 */
const ROOT = 1

export class ExpiryQueue {
  private count = 0
  private times = new Float64Array(16)
  private orders = new Int32Array(16)

  /** Seconds since 1970 of the earliest; Infinity when there is none. */
  get next(): number {
    return this.count === 0 ? Infinity : this.times[ROOT]!
  }

  add(order: number, seconds: number): void {
    if (++this.count === this.times.length) this.grow()
    let at = this.count
    for (; at > ROOT && this.isBefore(seconds, order, at >> 1); at >>= 1) this.move(at >> 1, at)
    this.times[at] = seconds
    this.orders[at] = order
  }

  /** Takes the earliest out. */
  take(): number {
    const first = this.orders[ROOT]!
    const seconds = this.times[this.count]!
    const order = this.orders[this.count]!
    this.count--
    let at = ROOT
    for (let child = 2; child <= this.count; child = at * 2) {
      const other = child + 1
      if (other <= this.count && this.isBefore(this.times[other]!, this.orders[other]!, child)) {
        child = other
      }
      if (this.isBefore(seconds, order, child)) break
      this.move(child, at)
      at = child
    }
    this.times[at] = seconds
    this.orders[at] = order
    return first
  }

  clear(): void {
    this.count = 0
  }

  /** Of two at one time the older order goes first: the same on every machine. */
  private isBefore(seconds: number, order: number, at: number): boolean {
    const time = this.times[at]!
    return seconds < time || (seconds === time && order < this.orders[at]!)
  }

  private move(from: number, to: number): void {
    this.times[to] = this.times[from]!
    this.orders[to] = this.orders[from]!
  }

  private grow(): void {
    const times = new Float64Array(this.times.length * 2)
    const orders = new Int32Array(times.length)
    times.set(this.times)
    orders.set(this.orders)
    this.times = times
    this.orders = orders
  }
}
