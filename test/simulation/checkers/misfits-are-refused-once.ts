/**
 * A message that is wrong is refused, by the answer that is due and exactly once, over disconnects
 * and crashes; one that is right is not refused.
 */
import type { FixMessage } from '../../../src/fix/index.ts'
import { Tag } from '../../../src/fix/index.ts'
import type { Checker } from '../checker.ts'
import type { Client } from '../client.ts'
import { Violation } from '../violation.ts'
import type { World } from '../world.ts'

const NAME = 'misfits-are-refused-once'

export function misfitsAreRefusedOnce(world: World): Checker {
  const refused = new Map<Client, Set<number>>(world.clients.map((client) => [client, new Set()]))

  function note(client: Client, message: FixMessage): void {
    const number = message.int(Tag.RefSeqNum)!
    const had = refused.get(client)!
    const isDue = client.misfits.get(number) === message.msgType && !had.has(number)
    if (!isDue) throw new Violation(NAME, `${client.compId}: ${String(message)}`)
    had.add(number)
  }

  return {
    arrived(client, message) {
      const isReset = message.msgType === 'A' && message.flag(Tag.ResetSeqNumFlag)
      if (isReset) refused.get(client)!.clear()
    },
    refused: note,
    delivered(client, message) {
      // One question about all orders too many in a second is refused as well.
      const isQuestion = message.string(Tag.RefMsgType) === 'AF'
      if (message.msgType === 'j' && !isQuestion) note(client, message)
    },
    whenQuiet() {
      for (const client of world.clients) {
        for (const number of client.misfits.keys()) {
          if (refused.get(client)!.has(number)) continue
          throw new Violation(NAME, `${client.compId} 34=${number} was not refused`)
        }
      }
    },
  }
}
