/** I8: what waits for somebody stays within the limit that it has a name for. */
import { TURN_COMMANDS_MAX } from '../../../src/wire/index.ts'
import type { Checker } from '../checker.ts'
import { Violation } from '../violation.ts'
import type { World } from '../world.ts'

const NAME = 'queues-are-bounded'
/** The message that reached `outboundBytesMax`, and what a session says of itself beside it. */
const BEYOND_BYTES_MAX = 4 * 1024

export function queuesAreBounded(world: World): Checker {
  const { outboundBytesMax, connectionsMax } = world.config.fix.limits
  const bytesMax = outboundBytesMax + BEYOND_BYTES_MAX

  function check(what: string, waiting: number, max: number): void {
    if (waiting > max) throw new Violation(NAME, `${waiting} ${what}, at most ${max}`)
  }

  return {
    afterStep() {
      const { process, history } = world
      check('commands in one turn', history.commandsMost, TURN_COMMANDS_MAX)
      if (process?.state !== 'running') return
      check('connections', process.exchange.acceptor.connectionCount, connectionsMax)
      for (const line of process.lines) {
        check(`bytes for ${line.client}`, line.writableLength, bytesMax)
      }
    },
  }
}
