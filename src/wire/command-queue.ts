/**
 * What was asked since the last turn, in order of arrival. A turn takes one buffer of at most
 * TURN_COMMANDS_MAX commands; what arrives meanwhile fills the next. Buffers are used again.
 */
import { RecordBuffer } from './record-buffer.ts'

/** Commands that one turn executes and one group of the journal holds. */
export const TURN_COMMANDS_MAX = 4096
/** Commands waiting above which sockets are not read any further. */
export const QUEUE_COMMANDS_MAX = 65_536

const BUFFER_BYTES = 1 << 16

export class CommandQueue {
  private filling = new RecordBuffer(BUFFER_BYTES)
  private readonly full: RecordBuffer[] = []
  private readonly spare: RecordBuffer[] = []

  /** The buffer to append the next command to. */
  get buffer(): RecordBuffer {
    if (this.filling.count >= TURN_COMMANDS_MAX) {
      this.full.push(this.filling)
      this.filling = this.spare.pop() ?? new RecordBuffer(BUFFER_BYTES)
    }
    return this.filling
  }

  /** Commands waiting. */
  get count(): number {
    return this.full.length * TURN_COMMANDS_MAX + this.filling.count
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

  release(commands: RecordBuffer): void {
    commands.clear()
    this.spare.push(commands)
  }
}
