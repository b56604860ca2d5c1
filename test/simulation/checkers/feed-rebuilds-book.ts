/**
 * I6: the book that a subscriber rebuilds from the feed is the engine's book at the same sequence
 * number, and a sequence number that was shown once never shows anything else.
 */
import type { Packet } from '../../../src/wire/index.ts'
import { eachMessage, readPacket } from '../../../src/wire/index.ts'
import { differingBook, isCaughtUp } from '../books.ts'
import type { Checker } from '../checker.ts'
import type { ExchangeProcess } from '../exchange-process.ts'
import { Violation } from '../violation.ts'
import type { World } from '../world.ts'

const NAME = 'feed-rebuilds-book'

export function feedRebuildsBook(world: World): Checker {
  const { patient } = world.feed
  /** By session: what each sequence number has shown, as Latin-1. */
  const shown = new Map<string, string[]>()
  const compared: { process?: ExchangeProcess; next: number } = { next: 0 }

  function note(packet: Packet): void {
    const known = shown.get(packet.session) ?? []
    shown.set(packet.session, known)
    eachMessage(packet, (sequence, view, at, length) => {
      const content = Buffer.from(view.buffer, view.byteOffset + at, length).toString('latin1')
      const before = known[sequence]
      known[sequence] = content
      if (before === undefined || before === content) return
      const what = `${packet.session} ${sequence} was ${hex(before)}, now ${hex(content)}`
      throw new Violation(NAME, `message ${what}`)
    })
  }

  return {
    packetSent(_, bytes) {
      const packet = readPacket(bytes)
      if (packet !== undefined) note(packet)
    },
    afterStep() {
      const { process } = world
      const { next } = patient.arbiter
      if (compared.process === process && compared.next === next) return
      if (!isCaughtUp(process, patient)) return
      compared.process = process!
      compared.next = next
      const problem = differingBook(process!, patient.market)
      if (problem !== undefined) throw new Violation(NAME, `at message ${next - 1} ${problem}`)
    },
    whenQuiet() {
      const { publisher } = world.process!
      if (!isCaughtUp(world.process, patient)) {
        const { session, next } = patient.arbiter
        const what = `stands before ${session} ${next}, the feed before ${publisher.session} ${publisher.nextSequence}`
        throw new Violation(NAME, `the subscriber ${what}`)
      }
      const problem = Object.entries(patient.market.problems).find(([, count]) => count > 0)
      if (problem) throw new Violation(NAME, `the subscriber counts ${problem.join(' ')}`)
    },
  }
}

const hex = (latin1: string): string => Buffer.from(latin1, 'latin1').toString('hex')
