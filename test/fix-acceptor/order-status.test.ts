/** Questions about orders as a client asks them, and the answers as it sees them. */
import { beforeEach, describe, expect, it } from 'vitest'
import { ExchangeStage } from '../support/exchange-stage.ts'
import type { StageClient } from '../support/exchange-stage.ts'

let stage: ExchangeStage
let acme: StageClient

beforeEach(async () => {
  stage = new ExchangeStage({ sessions: [{ senderCompId: 'ACME' }] })
  acme = stage.connect('ACME')
  await ask('35=A|98=0|108=30')
})

/** The answers to a message: fields behind the header, `#` for the time. */
async function ask(text: string): Promise<string[]> {
  acme.say(text)
  await stage.settle()
  expect(stage.fatal).toEqual([])
  return acme.hear().map((answer) => answer.replace(/^\d+: /, '').replace(/\|60=[^|]*/, '|60=#'))
}

const newOrder = (clOrdId: string, terms = '54=1|38=100|44=182.5'): string =>
  `35=D|11=${clOrdId}|55=AAPL|${terms}|40=2|60=20261123-14:30:00`

describe('OrderStatusRequest(H)', () => {
  it('is answered with the order, its OrdStatusReqID(790), and no ExecID', async () => {
    await ask(newOrder('A1'))

    expect(await ask('35=H|11=A1|55=AAPL|54=1|790=Q1')).toEqual([
      '35=8|37=1|198=1|11=A1|17=0|150=I|39=0|1=ACME-1|55=AAPL|54=1|38=100|40=2|44=182.5|59=0|151=100|14=0|6=0|60=#|790=Q1',
    ])
    expect(await ask('35=H|11=A1|55=AAPL|54=1')).toEqual([
      '35=8|37=1|198=1|11=A1|17=0|150=I|39=0|1=ACME-1|55=AAPL|54=1|38=100|40=2|44=182.5|59=0|151=100|14=0|6=0|60=#',
    ])
  })

  it('about an old ClOrdID tells the current one, and the old one as 41', async () => {
    await ask(newOrder('A1'))
    await ask(`${newOrder('A2').replace('35=D', '35=G')}|41=A1`)

    expect(await ask('35=H|11=A1|55=AAPL|54=1')).toEqual([
      '35=8|37=1|198=1|11=A2|41=A1|17=0|150=I|39=0|1=ACME-1|55=AAPL|54=1|38=100|40=2|44=182.5|59=0|151=100|14=0|6=0|60=#',
    ])
  })

  it.each([
    ['11=A1|55=AAPL|54=1', '11=A1|55=AAPL|54=1'],
    ['11=A1|55=NOSUCH|54=2', '11=A1|55=NOSUCH|54=2'],
    ['11=A1|37=x|55=AAPL|54=1', '11=A1|55=AAPL|54=1'],
    [`11=${'A'.repeat(21)}|55=AAPL|54=1`, `11=${'A'.repeat(21)}|55=AAPL|54=1`],
  ])('about an order that is not there: %s', async (asked, told) => {
    expect(await ask(`35=H|${asked}|790=Q1`)).toEqual([
      `35=8|37=NONE|17=0|150=I|39=8|151=0|14=0|6=0|60=#|790=Q1|${told}|38=0|103=5|58=Unknown order`,
    ])
  })

  it('is sent again by a resend like every other report, with the same body', async () => {
    await ask(newOrder('A1'))
    const [answer] = await ask('35=H|11=A1|55=AAPL|54=1|790=Q1')
    await ask('35=F|11=C1|41=A1|55=AAPL|54=1|60=20261123-14:30:00')

    const [, again] = await ask('35=2|7=2|16=3')
    expect(again!.replace(/\|(43|122)=[^|]*/g, '')).toBe(answer)
  })

  it('is refused when its answer could not repeat its own id', async () => {
    const id = 'Q'.repeat(65)

    expect(await ask(`35=H|11=A1|55=AAPL|54=1|790=${id}`)).toEqual([
      `35=j|45=2|372=H|379=${id.slice(1)}|380=0|58=OrdStatusReqID(790) too long`,
    ])
  })
})
