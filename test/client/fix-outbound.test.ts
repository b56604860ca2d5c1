/** What a FIX client says after its Logout: FIX 4.4 volume 2, case 12. */
import { beforeEach, describe, expect, it } from 'vitest'
import { FixOutbound } from '../../src/client/fix-outbound.ts'
import { FieldWriter } from '../../src/fix/index.ts'
import { SequencedClock } from '../../src/runtime/index.ts'
import { FakeClock } from '../support/fake-clock.ts'
import { parseFieldList, readable } from '../support/transcript.ts'

let outbound: FixOutbound

beforeEach(() => {
  const parties = { senderCompId: 'ACME', targetCompId: 'BUTTONWOOD' }
  outbound = new FixOutbound(parties, new SequencedClock(new FakeClock()))
})

function say(msgType: string, text = ''): void {
  const body = new FieldWriter()
  if (text !== '') body.string(58, text)
  outbound.send(msgType, body)
}

/** Everything that leaves: `34 35`, with what is said of a resend. */
function left(): string[] {
  const messages = readable(outbound.take()).split(/(?<=\|10=\d{3}\|)/)
  return messages
    .filter((message) => message !== '')
    .map((message) => {
      const fields = new Map(parseFieldList(message))
      const rest = [43, 36, 58].filter((tag) => fields.has(tag))
      return [fields.get(34), fields.get(35), ...rest.map((tag) => fields.get(tag))].join(' ')
    })
}

describe('what a client says after its Logout', () => {
  beforeEach(() => {
    say('A')
    say('3', 'before')
    say('5')
    say('3', 'after')
  })

  it('has a number and does not leave', () => {
    expect(left()).toEqual(['1 A', '2 3 before', '3 5'])
    expect(outbound).toMatchObject({ nextMsgSeqNum: 5, lastSentMsgSeqNum: 3 })
  })

  it('is not what a ResendRequest asks for: that is what was said before', () => {
    left()
    outbound.resend(1, 0)
    expect(left()).toEqual(['1 4 Y 2', '2 3 Y before', '3 4 Y 4'])
  })

  it('is found missing by the next Logon, and sent when it is asked for', () => {
    left()
    outbound.connected()
    say('A')
    expect(left()).toEqual(['5 A'])
    outbound.resend(4, 0)
    expect(left()).toEqual(['4 3 Y after', '5 4 Y 6'])
    say('0')
    expect(left()).toEqual(['6 0'])
  })

  it('is forgotten by a Logon that starts the count again', () => {
    left()
    outbound.startAgain(1)
    say('A')
    say('0')
    expect(left()).toEqual(['1 A', '2 0'])
  })
})
