import { describe, expect, it } from 'vitest'
import type { FixSessionOptions, SessionPort } from '../../src/fix/index.ts'
import { FixMessage, FixSession, GAP_QUEUE_MESSAGES_MAX } from '../../src/fix/index.ts'
import { encodeLine, readable, timestamp, TRANSCRIPT_START_SECONDS } from '../support/transcript.ts'

const START_MS = TRANSCRIPT_START_SECONDS * 1_000

/** A session with a port that writes down what it was asked for. */
function aSession(options: Partial<FixSessionOptions> = {}) {
  const calls: string[] = []
  const said = (bytes: Uint8Array, length: number) => readable(bytes.subarray(0, length))
  const port: SessionPort = {
    send: (msgType, body) => calls.push(`send ${msgType} ${said(body.bytes, body.length)}`),
    logOn: ({ resetSeqNum }, body) =>
      calls.push(`logOn ${resetSeqNum} ${said(body.bytes, body.length)}`),
    resend: (begin, end) => calls.push(`resend ${begin}-${end}`),
    resetSequence: (next) => calls.push(`resetSequence ${next}`),
    deliver: (message) => calls.push(`deliver ${message.msgSeqNum}`),
    refused: (message) => calls.push(`refused ${message.string(58)}`),
    disconnect: (reason, graceful) => calls.push(`disconnect ${reason} ${graceful}`),
    lastSentMsgSeqNum: () => 9,
  }
  const session = new FixSession(
    {
      role: 'initiator',
      compId: 'CL',
      counterpartyCompId: 'EX',
      heartBtInt: 30,
      writeLogonFields: (body) => body.string(553, 'USER'),
      ...options,
    },
    port,
  )

  const receive = (line: string, msgSeqNum = session.expectedMsgSeqNum) => {
    const [senderCompId, targetCompId] = ['EX', 'CL']
    const sendingTime = timestamp(0)
    const bytes = encodeLine(line, { senderCompId, targetCompId, msgSeqNum, sendingTime })
    const message = new FixMessage()
    message.scan(bytes, 0, bytes.length)
    session.receive(message, START_MS)
  }
  const taken = () => calls.splice(0)
  return { session, receive, taken }
}

describe('a session that initiates', () => {
  it('proposes its interval with the credentials and is logged on by the answer', () => {
    const { session, receive, taken } = aSession()
    session.connected(START_MS)
    expect(taken()).toEqual(['logOn false 98=0|108=30|553=USER|'])
    expect(session.state).toBe('awaiting-logon')

    receive('35=A|98=0|108=30')
    expect(session.state).toBe('logged-on')
    expect(session.expectedMsgSeqNum).toBe(2)
  })

  it('takes the interval that the acceptor insists on', () => {
    const { session, receive } = aSession()
    session.connected(START_MS)
    receive('35=A|98=0|108=10')
    expect(session.nextDeadlineMs).toBe(START_MS + 10_000)
  })

  it('starts both counts again when it is told to reset', () => {
    const { session, receive, taken } = aSession({ resetOnLogon: true })
    session.expectedMsgSeqNum = 40
    session.connected(START_MS)
    expect(taken()).toEqual(['logOn true 98=0|108=30|141=Y|553=USER|'])

    receive('35=A|34=1|98=0|108=30|141=Y')
    expect(session.expectedMsgSeqNum).toBe(2)
    expect(taken()).toEqual([])
  })

  it('follows an acceptor that resets on its own account: our Logon was number 1', () => {
    const { session, receive, taken } = aSession()
    session.expectedMsgSeqNum = 40
    session.connected(START_MS)
    taken()

    receive('35=A|98=0|108=30|141=Y', 1)
    expect(taken()).toEqual(['resetSequence 2'])
    expect(session.expectedMsgSeqNum).toBe(2)
  })

  it('passes on why the acceptor refuses the Logon, whatever its number', () => {
    const { session, receive, taken } = aSession()
    session.expectedMsgSeqNum = 40
    session.connected(START_MS)
    taken()

    receive('35=3|45=1|58=Bad Logon', 7)
    receive('35=5|58=MsgSeqNum too low, expecting 3 but received 1', 8)
    expect(taken()).toEqual([
      'refused Bad Logon',
      'disconnect Logon(A) refused: MsgSeqNum too low, expecting 3 but received 1 false',
    ])
    expect(session.state).toBe('disconnected')
  })

  it('hangs up on an acceptor that answers with something else', () => {
    const { session, receive, taken } = aSession()
    session.connected(START_MS)
    taken()
    receive('35=0')
    expect(taken()).toEqual(['disconnect First message is not a Logon(A) false'])
  })

  it('gives up when the Logon is not answered', () => {
    const { session, taken } = aSession()
    session.connected(START_MS)
    taken()
    expect(session.nextDeadlineMs).toBe(START_MS + 10_000)
    session.tick(START_MS + 10_000)
    expect(taken()).toEqual(['disconnect No Logon(A) in time false'])
  })

  it('asks for what it missed and serves what the acceptor missed', () => {
    const { session, receive, taken } = aSession()
    session.connected(START_MS)
    receive('35=A|98=0|108=30', 4)
    taken()
    receive('35=2|7=5|16=0', 5)
    expect(taken()).toEqual(['resend 5-9'])
    receive('35=4|43=Y|123=Y|36=6', 1)
    expect(session.expectedMsgSeqNum).toBe(6)
  })
})

describe('a session with a gap', () => {
  it('logs out when more is sent above the gap than it may hold', () => {
    const { session, receive, taken } = aSession()
    session.connected(START_MS)
    receive('35=A|98=0|108=30')
    taken()

    for (let i = 0; i <= GAP_QUEUE_MESSAGES_MAX; i++) receive('35=0', 3 + i)
    expect(taken()).toEqual([
      'send 2 7=2|16=0|',
      'send 5 58=MsgSeqNum 2 is missing: too many messages after it|',
    ])
    expect(session.state).toBe('closing')
  })
})

describe('a process that stood still', () => {
  it('looks at what came in meanwhile before it calls the connection dead', () => {
    const { session, receive, taken } = aSession()
    session.connected(START_MS)
    receive('35=A|98=0|108=30')
    session.tick(START_MS + 36_000)
    taken()

    session.tick(START_MS + 100_000)
    expect(taken()).toEqual(['send 0 '])
    session.tick(START_MS + 101_000)
    expect(taken()).toEqual([
      'send 5 58=Timed out waiting for heartbeat|',
      'disconnect Timed out waiting for heartbeat false',
    ])
  })
})
