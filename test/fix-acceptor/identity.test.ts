/** Who may log on: FIX 4.4 volume 2, case 1S. Whoever may not is told nothing. */
import { describe, expect, it } from 'vitest'
import { ExchangeStage } from '../support/exchange-stage.ts'

const LOGON = '35=A|98=0|108=60'
const ANSWER = '1: 35=A|98=0|108=60'

/** What a new connection hears for a Logon; 'closed' when that is not a word. */
async function logOn(
  stage: ExchangeStage,
  { compId = 'ACME', logon = LOGON, from = '127.0.0.1', msgSeqNum = 1 } = {},
): Promise<string> {
  const client = stage.connect(compId, { from })
  client.next = msgSeqNum
  client.say(logon)
  await stage.settle()
  const heard = client.hear()
  return heard.length === 0 && client.line.isOver ? 'closed' : heard.join('\n')
}

describe('a Logon', () => {
  it('with the wrong password, an unknown name or another Username is not answered', async () => {
    const stage = new ExchangeStage({ sessions: [{ senderCompId: 'ACME', password: 'plain:x' }] })

    expect(await logOn(stage)).toBe('closed')
    expect(await logOn(stage, { logon: `${LOGON}|554=y` })).toBe('closed')
    expect(await logOn(stage, { compId: 'NOBODY', logon: `${LOGON}|554=x` })).toBe('closed')
    await stage.advance(1_000)
    expect(await logOn(stage, { logon: `${LOGON}|553=GLOBEX|554=x` })).toBe('closed')
    await stage.advance(1_000)
    expect(await logOn(stage, { logon: `${LOGON}|553=ACME|554=x` })).toBe(ANSWER)
    expect(stage.exchange.acceptor.counts.logonsRefused).toBe(4)
  })

  it('from an address that its session does not allow is not answered', async () => {
    const stage = new ExchangeStage({
      sessions: [{ senderCompId: 'ACME', allow: ['10.1.0.0/16', '2001:db8::/32'] }],
    })

    expect(await logOn(stage, { from: '10.2.0.1' })).toBe('closed')
    expect(await logOn(stage, { from: '2001:db9::1' })).toBe('closed')
    expect(await logOn(stage, { from: '::ffff:10.1.2.3' })).toBe(ANSWER)
  })

  it('waits the longer the more passwords of its address were wrong', async () => {
    const stage = new ExchangeStage({ sessions: [{ senderCompId: 'ACME', password: 'plain:x' }] })
    for (let i = 0; i < 5; i++) {
      const guess = stage.connect('ACME')
      guess.say(`${LOGON}|554=${i}`)
      await stage.advance(1_000)
      expect(guess.line.isOver).toBe(true)
    }

    const right = stage.connect('ACME')
    right.say(`${LOGON}|554=x`)
    await stage.settle()
    expect(right.hear()).toEqual([])
    await stage.advance(1_000)
    expect(right.hear()).toEqual([ANSWER])
  })
})

describe('a second connection of a session', () => {
  it('is closed, and the first one never notices', async () => {
    const stage = new ExchangeStage()
    const first = stage.connect('ACME')
    first.say(LOGON)
    await stage.settle()
    first.hear()

    expect(await logOn(stage, { msgSeqNum: 2 })).toBe('closed')
    first.say('35=1|112=HERE')
    await stage.settle()
    expect(first.hear()).toEqual(['2: 35=0|112=HERE'])
  })

  it('takes over a silent one where the session says so, and what a disconnect cancels is canceled first', async () => {
    const stage = new ExchangeStage({
      sessions: [
        { senderCompId: 'ACME', duplicateLogon: 'takeover', cancelOnDisconnect: 'disconnect' },
      ],
    })
    const first = stage.connect('ACME')
    first.say('35=A|98=0|108=5')
    await stage.settle()
    first.say('35=D|11=A1|55=AAPL|54=1|38=100|40=2|44=182.50|60=20261123-14:30:00')
    await stage.settle()

    expect(await logOn(stage, { msgSeqNum: 3 })).toBe('closed')
    await stage.advance(7_000)
    const second = stage.connect('ACME')
    second.next = 3
    second.say('35=A|98=0|108=5', '35=2|7=1|16=0')
    await stage.settle()
    const heard = second.hear()

    first.hear()
    expect(first.line.isOver).toBe(true)
    expect(heard.map((text) => /^\d+: 35=./.exec(text)![0])).toEqual([
      '6: 35=A',
      '1: 35=4',
      '2: 35=8',
      '3: 35=4',
      '5: 35=8',
      '6: 35=4',
    ])
    expect(heard[4]).toContain('|11=A1|')
    expect(heard[4]).toContain('|58=Cancel on disconnect|')
  })
})

describe('a connection without a Logon', () => {
  it('is closed in time, and no more of them are taken than the limits say', async () => {
    const stage = new ExchangeStage({
      sessions: [{ senderCompId: 'ACME' }],
      limits: { pendingLogonsMax: 5, pendingLogonsPerAddressMax: 3 },
    })
    const here = Array.from({ length: 4 }, () => stage.connect('ACME'))
    const there = Array.from({ length: 3 }, () => stage.connect('ACME', { from: '10.0.0.1' }))
    await stage.settle()
    expect(here.map(({ line }) => line.isOver)).toEqual([false, false, false, true])
    expect(there.map(({ line }) => line.isOver)).toEqual([false, false, true])

    await stage.advance(5_000)
    expect([...here, ...there].every(({ line }) => line.isOver)).toBe(true)
    const { reached } = stage.exchange.acceptor.counts
    expect(reached).toMatchObject({
      pendingLogonsMax: 1,
      pendingLogonsPerAddressMax: 1,
      logonMs: 5,
    })
    expect(await logOn(stage)).toBe(ANSWER)
  })

  it('that claims a message larger than any Logon is not believed', async () => {
    const stage = new ExchangeStage()
    const client = stage.connect('ACME')
    client.line.send(Buffer.from(`8=FIX.4.4\u00019=99999999\u000135=A\u0001${'x'.repeat(5_000)}`))
    await stage.settle()
    expect(client.line.isOver).toBe(true)
    expect(stage.exchange.acceptor.counts.reached).toMatchObject({
      logonBytesMax: 1,
      garbageBytesMax: 1,
    })
  })

  it('that throws garbage is closed at once, and from the third in a minute on kept waiting', async () => {
    const stage = new ExchangeStage()
    const closedAtOnce: boolean[] = []
    for (let i = 0; i < 4; i++) {
      const { line } = stage.connect('ACME')
      line.send(Buffer.alloc(8_192, 'GET / HTTP/1.1\r\n'))
      await stage.settle()
      closedAtOnce.push(line.isOver)
      await stage.advance(5_000)
      expect(line.isOver).toBe(true)
    }
    expect(closedAtOnce).toEqual([true, true, false, false])
    expect(stage.exchange.acceptor.counts.reached).toMatchObject({ garbageBytesMax: 4, logonMs: 2 })
  })
})
