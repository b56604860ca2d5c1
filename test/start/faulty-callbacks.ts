/**
 * Loaded into `serve` before its own code: the callback that FAULT names throws as a mistake in our
 * code would, as soon as somebody is logged on.
 */
import { StatusServer } from '../../src/console/index.ts'
import { FixAcceptor } from '../../src/fix-acceptor/index.ts'
import { AcceptorSession } from '../../src/fix-acceptor/acceptor-session.ts'
import { FeedPublisher } from '../../src/itch-feed/index.ts'

/** Ten a second. */
const TICKS_OF_LOAD = 10

function fault(): never {
  throw new TypeError('nobody thought\nof this')
}

const faults: Readonly<Record<string, () => void>> = {
  'in a tick'() {
    FixAcceptor.prototype.tick = function tick() {
      if (this.sessionCount > 0) fault()
    }
  },
  'in the tick of the feed'() {
    FixAcceptor.prototype.tick = function tick() {
      if (this.sessionCount > 0) FeedPublisher.prototype.tick = fault
    }
  },
  'in a callback of a socket'() {
    AcceptorSession.prototype.resend = fault
  },
  'in a turn under load'() {
    let ticks = 0
    FixAcceptor.prototype.tick = function tick() {
      if (this.sessionCount > 1 && ++ticks > TICKS_OF_LOAD) FixAcceptor.prototype.publish = fault
    }
  },
  'in the promise of an answer'() {
    Object.assign(StatusServer.prototype, { answerReady: fault })
  },
}

faults[process.env['FAULT'] ?? '']?.()
