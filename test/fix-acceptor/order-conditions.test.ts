/**
 * Stops, icebergs, post-only and dated orders as a client sees them over FIX. What the engine makes of
 * them is test/engine's to say.
 */
import { beforeEach, describe, expect, it } from 'vitest'
import type { StageClient } from '../support/exchange-stage.ts'
import { ExchangeStage } from '../support/exchange-stage.ts'

let stage: ExchangeStage
let acme: StageClient
let requests = 0

beforeEach(async () => {
  stage = new ExchangeStage({ sessions: [{ senderCompId: 'ACME', accounts: [] }] })
  acme = stage.connect('ACME')
  acme.say('35=A|98=0|108=30')
  await stage.settle()
  acme.hear()
})

/** The answers to a message, without the time. */
async function ask(text: string): Promise<string[]> {
  const answers = await stage.ask(acme, `${text}|55=AAPL|60=20261123-14:30:00`)
  return answers.map((answer) => answer.replace(/\|60=[^|]*/, ''))
}

/** A new order; its answers, what they say from OrdType(40) to LeavesQty(151). */
async function enter(terms: string): Promise<string[]> {
  const answers = await ask(`35=D|11=N${++requests}|${terms}`)
  return answers.map((answer) => {
    const [, execType, terms] = /\|(150=.)\|.*\|(40=.*?)(?:\|151=|$)/.exec(answer)!
    return `${execType} ${terms}`
  })
}

const BUY = '54=1|38=100'
const LIMIT = `${BUY}|40=2|44=182.5`

describe('a report tells the conditions of its order', () => {
  it.each([
    ['a stop', `${BUY}|40=3|99=183`, '40=3|59=0|99=183|636=N'],
    ['a stop limit', `${BUY}|40=4|44=183.5|99=183`, '40=4|44=183.5|59=0|99=183|636=N'],
    ['an iceberg', `${LIMIT}|111=20`, '40=2|44=182.5|59=0|111=20'],
    ['an iceberg by its older name', `${LIMIT}|210=20`, '40=2|44=182.5|59=0|111=20'],
    ['post only', `${LIMIT}|18=6`, '40=2|44=182.5|59=0|18=6'],
    ['two instructions', `${LIMIT}|18=Q 6`, '40=2|44=182.5|59=0|18=6 Q'],
    ['cancel on a halt', `${LIMIT}|18=K`, '40=2|44=182.5|59=0|18=K'],
    ['reinstate on a halt', `${LIMIT}|18=J Q`, '40=2|44=182.5|59=0|18=Q J'],
    ['a date', `${LIMIT}|59=6|432=20261224`, '40=2|44=182.5|59=6|432=20261224'],
    [
      'an instant, rounded up',
      `${LIMIT}|59=6|126=20261123-15:00:00.001`,
      '40=2|44=182.5|59=6|126=20261123-15:00:01.000',
    ],
  ])('%s', async (_, terms, told) => {
    expect(await enter(terms)).toEqual([`150=0 ${told}`])
  })

  it('MinQty, and that there was less', async () => {
    expect(await enter(`${LIMIT}|59=3|110=50`)).toEqual([
      '150=0 40=2|44=182.5|59=3|110=50',
      '150=4 40=2|44=182.5|59=3|110=50',
    ])
  })
})

describe('conditions that do not go together are refused by name', () => {
  it.each([
    [
      'a stop without its price',
      `${BUY}|40=3`,
      '103=99|58=Conditionally required field missing: StopPx(99)',
    ],
    [
      'a stop limit without a limit',
      `${BUY}|40=4|99=183`,
      '103=99|58=Conditionally required field missing: Price(44)',
    ],
    [
      'StopPx on a limit order',
      `${LIMIT}|99=183`,
      '103=11|58=Unsupported order characteristic: StopPx(99)=183',
    ],
    [
      'a price on K',
      `${BUY}|40=K|44=183`,
      '103=11|58=Unsupported order characteristic: Price(44)=183',
    ],
    [
      'MinQty of an order that waits',
      `${LIMIT}|110=50`,
      '103=11|58=Unsupported order characteristic: MinQty(110)=50',
    ],
    [
      'an iceberg that may not wait',
      `${LIMIT}|59=3|111=20`,
      '103=11|58=Unsupported order characteristic: MaxFloor(111)=20',
    ],
    [
      'an iceberg at the market',
      `${BUY}|40=1|111=20`,
      '103=11|58=Unsupported order characteristic: MaxFloor(111)=20',
    ],
    [
      'two names of one thing',
      `${LIMIT}|111=20|210=20`,
      '103=11|58=Unsupported order characteristic: MaxShow(210)=20',
    ],
    [
      'post only and IOC',
      `${LIMIT}|59=3|18=6`,
      '103=11|58=Unsupported order characteristic: ExecInst(18)=6',
    ],
    [
      'post only at the market',
      `${BUY}|40=1|18=6`,
      '103=11|58=Unsupported order characteristic: ExecInst(18)=6',
    ],
    [
      'an iceberg at the opening',
      `${LIMIT}|59=2|111=20`,
      '103=11|58=Unsupported order characteristic: MaxFloor(111)=20',
    ],
    [
      'post only at the close',
      `${LIMIT}|59=7|18=6`,
      '103=11|58=Unsupported order characteristic: ExecInst(18)=6',
    ],
    [
      'a stop at the close',
      `${BUY}|40=3|99=183|59=7`,
      '103=11|58=Unsupported order characteristic: OrdType(40)=3 with TimeInForce(59)=7',
    ],
    [
      'market with left over as limit at the opening',
      `${BUY}|40=K|59=2`,
      '103=11|58=Unsupported order characteristic: OrdType(40)=K with TimeInForce(59)=2',
    ],
    [
      'all or none that waits',
      `${LIMIT}|18=G`,
      '103=11|58=Unsupported order characteristic: ExecInst(18)=G',
    ],
    [
      'to be canceled and kept by a halt',
      `${LIMIT}|18=K J`,
      '103=11|58=Unsupported order characteristic: ExecInst(18)=K J',
    ],
    ['a peg', `${LIMIT}|18=R`, '103=11|58=Unsupported order characteristic: ExecInst(18)=R'],
    [
      'GTD without a date',
      `${LIMIT}|59=6`,
      '103=99|58=Conditionally required field missing: ExpireDate(432)',
    ],
    [
      'GTD with date and time',
      `${LIMIT}|59=6|432=20261224|126=20261224-20:00:00`,
      '103=11|58=Unsupported order characteristic: ExpireTime(126)=20261224-20:00:00',
    ],
    [
      'a date without GTD',
      `${LIMIT}|432=20261224`,
      '103=11|58=Unsupported order characteristic: ExpireDate(432)=20261224',
    ],
  ])('%s', async (_, terms, why) => {
    const [answer] = await ask(`35=D|11=N${++requests}|${terms}`)
    expect(answer).toMatch(/^35=8\|37=NONE\|17=\d+\|150=8\|39=8\|/)
    expect(answer!.slice(-why.length - 1)).toBe(`|${why}`)
  })
})

describe('numbers that a condition may not have', () => {
  it.each([
    [`${BUY}|40=3|99=0`, '103=99|58=StopPx(99) must be positive'],
    [`${BUY}|40=3|99=183.005`, '103=99|58=StopPx(99) not a multiple of tick 0.01'],
    [`${BUY}|40=3|99=200001`, '103=99|58=StopPx(99) above 200000'],
    [`${LIMIT}|59=3|110=0`, '103=13|58=Incorrect quantity: MinQty(110) must be positive'],
    [`${LIMIT}|59=3|110=0.5`, '103=13|58=Incorrect quantity: MinQty(110) must be a multiple of 1'],
    [`${LIMIT}|59=3|110=101`, '103=13|58=Incorrect quantity: MinQty(110) above OrderQty(38)'],
    [`${LIMIT}|111=0`, '103=13|58=Incorrect quantity: MaxFloor(111) must be positive'],
    [`${LIMIT}|111=0.5`, '103=13|58=Incorrect quantity: MaxFloor(111) must be a multiple of 1'],
    [`${LIMIT}|111=100`, '103=13|58=Incorrect quantity: MaxFloor(111) must be below OrderQty(38)'],
    [`${LIMIT}|59=6|126=20261123-14:30:00`, '103=99|58=ExpireTime(126) in the past'],
    [`${LIMIT}|59=6|432=20261122`, '103=99|58=ExpireDate(432) in the past'],
  ])('%s', async (terms, why) => {
    const [answer] = await ask(`35=D|11=N${++requests}|${terms}`)
    expect(answer).toContain('|150=8|39=8|')
    expect(answer).toContain(`|${why}|`)
  })
})

describe('what becomes of it', () => {
  it('a stop is triggered by a trade, told by 150=D, and trades', async () => {
    await enter('54=2|38=100|40=2|44=183')
    await enter(`${BUY.replace('100', '10')}|40=3|99=183`)
    expect(await enter('54=1|38=5|40=1')).toEqual([
      '150=0 40=1|59=0',
      '150=F 40=2|44=183|59=0|32=5|31=183|30=BTWD|851=1|527=1',
      '150=F 40=1|59=0|32=5|31=183|30=BTWD|851=2|527=1',
      '150=D 40=3|59=0|99=183',
      '150=F 40=2|44=183|59=0|32=10|31=183|30=BTWD|851=1|527=2',
      '150=F 40=3|59=0|99=183|32=10|31=183|30=BTWD|851=2|527=2',
    ])
  })

  it('a triggered stop says 150=L to a session with extended codes', async () => {
    stage.restart([{ senderCompId: 'ACME', extendedCodes: true }])
    acme = stage.connect('ACME')
    acme.say('35=A|34=2|98=0|108=30')
    await stage.settle()
    acme.hear()
    await enter('54=2|38=100|40=2|44=183')
    await enter(`${BUY}|40=4|44=182|99=183`)
    expect((await enter('54=1|38=5|40=1')).at(-1)).toBe('150=L 40=4|44=182|59=0|99=183')
  })

  it('what 40=K could not trade waits at the last price', async () => {
    await enter('54=2|38=40|40=2|44=183')
    expect(await enter(`${BUY}|40=K`)).toEqual([
      '150=0 40=K|59=0',
      '150=F 40=2|44=183|59=0|32=40|31=183|30=BTWD|851=1|527=1',
      '150=F 40=K|59=0|32=40|31=183|30=BTWD|851=2|527=1',
      '150=D 40=K|44=183|59=0',
    ])
    const replace = `35=G|11=R1|41=N${requests}|${BUY}|40=K`
    const [replaced] = await ask(replace.replace('38=100', '38=90'))
    expect(replaced).toContain('|150=5|39=1|')
    expect(replaced).toContain('|38=90|40=K|44=183|59=0|151=50|14=40|')
  })

  it('a post-only order that would trade is refused', async () => {
    await enter('54=2|38=40|40=2|44=182.5')
    const [answer] = await ask(`35=D|11=N${++requests}|${LIMIT}|18=6`)
    expect(answer).toContain('|150=8|39=8|103=99|58=Post only order would trade|')
  })

  it('or moved, where the session says so', async () => {
    stage.restart([{ senderCompId: 'ACME', postOnly: 'slide' }])
    acme = stage.connect('ACME')
    acme.say('35=A|34=2|98=0|108=30')
    await stage.settle()
    acme.hear()
    await enter('54=2|38=40|40=2|44=182.5')
    expect(await enter(`${LIMIT}|18=6`)).toEqual([
      '150=0 40=2|44=182.5|59=0|18=6',
      '150=D 40=2|44=182.49|59=0|18=6',
    ])
  })

  it('an order ends when its ExpireTime has come, without a message of anybody', async () => {
    await enter(`${LIMIT}|59=6|126=20261123-14:30:01`)
    await stage.advance(900)
    expect(acme.hear()).toEqual([])
    await stage.advance(100)
    const [expired] = acme.hear()
    expect(expired).toContain('|150=C|39=C|')
    expect(expired).toContain('|59=6|126=20261123-14:30:01.000|151=0|')
  })

  it('nothing trades with an order whose time has come, even before the clock ticks', async () => {
    await enter(`${LIMIT}|59=6|126=20261123-14:30:01`)
    stage.clock.advance(1000)
    const answers = await enter('54=2|38=10|40=2|44=182.5')
    expect(answers.map((answer) => answer.slice(0, 5))).toEqual(['150=C', '150=0'])
  })

  it('a stop may be changed while it waits, not when it was triggered', async () => {
    await enter(`${BUY}|40=4|44=182|99=183`)
    const stop = `N${requests}`
    const [replaced] = await ask(`35=G|11=R1|41=${stop}|${BUY}|40=4|44=182|99=182.9`)
    expect(replaced).toContain('|150=5|39=0|')
    expect(replaced).toContain('|99=182.9|636=N|')
    await enter('54=2|38=100|40=2|44=182.9')
    await enter('54=1|38=5|40=1')
    const [refused] = await ask(`35=G|11=R2|41=R1|${BUY}|40=4|44=182|99=183`)
    expect(refused).toContain(
      '|434=2|102=2|58=StopPx(99) cannot be changed: the stop was triggered',
    )
  })
})
