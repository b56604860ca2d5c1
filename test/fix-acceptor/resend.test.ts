/** ResendRequest(2) at the FIX port: FIX 4.4 volume 2, cases 8, out of the journal, in slices. */
import { describe, expect, it } from 'vitest'
import { ExchangeStage } from '../support/exchange-stage.ts'

const LOGON = '35=A|98=0|108=60'
const order = (clOrdId: string) =>
  `35=D|11=${clOrdId}|55=AAPL|54=1|38=100|40=2|44=182.50|60=20261123-14:30:00`
/** Number and type of each message, `P` when it is sent again. */
const outline = (messages: string[]) =>
  messages.map((message) => {
    const [, number, msgType] = /^(\d+): 35=(.)/.exec(message)!
    const newSeqNo = /\|36=(\d+)/.exec(message)?.[1]
    return `${number}${msgType}${message.includes('|43=Y|') ? 'P' : ''}${newSeqNo ? `-${newSeqNo}` : ''}`
  })
const range = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => from + i)

async function loggedOn(stage: ExchangeStage) {
  const client = stage.connect('ACME')
  client.say(LOGON)
  await stage.settle()
  expect(outline(client.hear())).toEqual(['1A'])
  return client
}

describe('a resend', () => {
  it('covers a thousand heartbeats by one gap fill, whatever else there is to do', async () => {
    const stage = new ExchangeStage()
    const client = await loggedOn(stage)
    for (let i = 0; i < 1000; i++) client.say(`35=1|112=${i}`)
    await stage.settle()
    expect(client.hear()).toHaveLength(1000)

    client.say('35=2|7=1|16=0')
    await stage.settle()
    expect(outline(client.hear())).toEqual(['14P-1002'])
  })

  it('is whole for each of several requests, and in the order of asking', async () => {
    const stage = new ExchangeStage()
    const client = await loggedOn(stage)
    for (let i = 0; i < 400; i++) client.say(order(`A${i}`))
    await stage.settle()
    client.hear()

    client.say('35=2|7=1|16=3', '35=2|7=300|16=302', '35=2|7=5|16=5')
    await stage.settle()
    expect(outline(client.hear())).toEqual([
      '14P-2',
      '28P',
      '38P',
      '3008P',
      '3018P',
      '3028P',
      '58P',
    ])
  })

  it('asked for a thousand times over is sent twice at most', async () => {
    const stage = new ExchangeStage()
    const client = await loggedOn(stage)
    for (let i = 0; i < 400; i++) client.say(order(`A${i}`))
    await stage.settle()
    client.hear()

    client.say('35=2|7=2|16=0')
    stage.runLoopTurn()
    client.say(...Array.from({ length: 1000 }, () => '35=2|7=2|16=0'))
    await stage.settle()
    const once = range(2, 401).map((number) => `${number}8P`)
    expect(outline(client.hear())).toEqual([...once, ...once])
  })

  it('comes before what happens meanwhile, which follows in order', async () => {
    const stage = new ExchangeStage({ sessions: [{ senderCompId: 'ACME' }, { senderCompId: 'B' }] })
    const client = await loggedOn(stage)
    for (let i = 0; i < 400; i++) client.say(order(`A${i}`))
    await stage.settle()
    client.hear()

    client.say('35=2|7=2|16=0', order('LATE'))
    await stage.settle()
    expect(outline(client.hear())).toEqual([
      ...range(2, 401).map((number) => `${number}8P`),
      '4028',
    ])
  })

  it('does not keep the event loop: another client is answered between two slices', async () => {
    const stage = new ExchangeStage({ sessions: [{ senderCompId: 'ACME' }, { senderCompId: 'B' }] })
    const client = await loggedOn(stage)
    for (let i = 0; i < 4000; i++) client.say(order(`A${i}`))
    await stage.settle()
    client.hear()
    const other = stage.connect('B')
    other.say(LOGON)
    await stage.settle()
    other.hear()

    client.say('35=2|7=2|16=0')
    stage.runLoopTurn()
    other.say('35=1|112=ALIVE')
    stage.runLoopTurn()
    stage.runLoopTurn()

    expect(outline(other.hear())).toEqual(['20'])
    expect(client.hear().length).toBeLessThan(4000)
    await stage.settle()
  })

  it('asked for right behind the Logon is served behind the answer', async () => {
    const stage = new ExchangeStage()
    const first = await loggedOn(stage)
    first.say(order('A1'), '35=5')
    await stage.settle()
    first.line.hangUp()
    await stage.settle()

    const again = stage.connect('ACME')
    again.next = first.next
    again.say(LOGON, '35=2|7=2|16=0')
    await stage.settle()
    expect(outline(again.hear())).toEqual(['4A', '28P', '34P-5'])
  })

  it('asked for right behind a reset in mid-session is of the new count', async () => {
    const stage = new ExchangeStage()
    const client = await loggedOn(stage)
    for (let i = 0; i < 5; i++) client.say(order(`A${i}`))
    await stage.settle()
    client.hear()

    client.next = 1
    client.say('35=A|98=0|108=60|141=Y', '35=2|7=1|16=0')
    await stage.settle()
    expect(outline(client.hear())).toEqual(['1A', '14P-2'])
  })

  it('is sent unasked to a counterparty that says in its Logon what it expects', async () => {
    const stage = new ExchangeStage()
    const first = await loggedOn(stage)
    first.say(order('A1'), order('A2'))
    await stage.settle()
    first.line.break()
    await stage.settle()

    const again = stage.connect('ACME')
    again.next = first.next
    again.say('35=A|98=0|108=60|789=3')
    await stage.settle()
    const heard = again.hear()
    expect(heard[0]).toBe('4: 35=A|98=0|108=60|789=5')
    expect(outline(heard)).toEqual(['4A', '38P', '44P-5'])
  })
})

describe('numbers that start again', () => {
  it('do so after a crash between the reset and the Logon that says so', async () => {
    const stage = new ExchangeStage()
    const client = await loggedOn(stage)
    // The reset is the last command of a full turn, its Logon the first of the next.
    client.say(...Array.from({ length: 4095 }, (_, i) => order(`A${i}`)))
    client.next = 1
    client.say('35=A|98=0|108=60|141=Y')
    stage.runLoopTurn()
    stage.restart()

    const again = stage.connect('ACME')
    again.next = 2
    again.say(LOGON)
    await stage.settle()
    expect(again.hear()).toEqual(['1: 35=A|98=0|108=60'])
    expect(stage.fatal).toEqual([])
  })
})
