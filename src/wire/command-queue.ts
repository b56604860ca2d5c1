/**
 * What was asked since the last turn, in order of arrival. A turn takes one buffer of at most
 * TURN_COMMANDS_MAX commands; what arrives meanwhile fills the next. Buffers are used again.
 */
import { RecordBuffer } from './record-buffer.ts'

/** Commands that one turn executes and one group of the journal holds. */
export const TURN_COMMANDS_MAX = 4096
/** Bytes of commands in one turn, but for the last command. */
const TURN_COMMAND_BYTES_MAX = 1 << 24
/** Commands waiting above which sockets are not read any further. */
export const QUEUE_COMMANDS_MAX = 65_536

const BUFFER_BYTES = 1 << 16

export class CommandQueue {
  private filling = new RecordBuffer(BUFFER_BYTES)
  private readonly full: RecordBuffer[] = []
  private readonly spare: RecordBuffer[] = []
  private readonly nowMs: () => number

  /** @param nowMs milliseconds of a clock that never goes back: how long commands wait is only measured */
  constructor(nowMs: () => number = () => 0) {
    this.nowMs = nowMs
  }

  /** The buffer to append the next command to. */
  get buffer(): RecordBuffer {
    const { count, length } = this.filling
    if (count >= TURN_COMMANDS_MAX || length >= TURN_COMMAND_BYTES_MAX) {
      this.full.push(this.filling)
      this.filling = this.spare.pop() ?? new RecordBuffer(BUFFER_BYTES)
    }
    if (this.filling.count === 0) this.filling.sinceMs = this.nowMs()
    return this.filling
  }

  /** Commands waiting. */
  get count(): number {
    let count = this.filling.count
    for (const buffer of this.full) count += buffer.count
    return count
  }

  /** The commands of the next turn; undefined when nothing was asked. Give them back by `release`. */
  take(): RecordBuffer | undefined {
    const oldest = this.full.shift()
    if (oldest !== undefined) return oldest
    if (this.filling.count === 0) return undefined
    const commands = this.filling
    this.filling = this.spare.pop() ?? new RecordBuffer(BUFFER_BYTES)
    return commands
  }

  /** Puts back what a turn did not come to, all but the first `count` commands: it goes first. */
  putBack(commands: RecordBuffer, length: number, count: number): void {
    const rest = this.spare.pop() ?? new RecordBuffer(BUFFER_BYTES)
    commands.moveFrom(length, count, rest)
    rest.sinceMs = commands.sinceMs
    this.full.unshift(rest)
  }

  release(commands: RecordBuffer): void {
    commands.clear()
    this.spare.push(commands)
  }
}
