/** How a session is told of its orders, as its file chooses: docs/protocols/order-entry.md. */
import { describe, expect, it } from 'vitest'
import type { StageClient } from '../support/exchange-stage.ts'
import { ExchangeStage } from '../support/exchange-stage.ts'

const LOGON = '35=A|98=0|108=60'
const TERMS = '55=AAPL|60=20261123-14:30:00.000'

const order = (clOrdId: string, terms: string): string => `35=D|11=${clOrdId}|${TERMS}|${terms}`
const BUY = '54=1|40=2|44=182.5'
const SELL = '54=2|40=2|44=182.5'

/** A session with a choice, logged on, and the stage that it is on. */
async function onStage(session: object): Promise<{ stage: ExchangeStage; client: StageClient }> {
  const stage = new ExchangeStage({ sessions: [{ senderCompId: 'ACME', ...session }] })
  const client = stage.connect('ACME')
  client.say(LOGON)
  await stage.settle()
  client.hear()
  return { stage, client }
}

async function answersTo(session: object, ...said: string[]): Promise<string[]> {
  const { stage, client } = await onStage(session)
  client.say(...said)
  await stage.settle()
  return client.hear()
}

/** Some fields of each message. */
const pick = (messages: readonly string[], ...tags: number[]): string[] =>
  messages.map((message) =>
    message
      .slice(message.indexOf(' ') + 1)
      .split('|')
      .filter((field) => tags.includes(Number(field.slice(0, field.indexOf('=')))))
      .join('|'),
  )

describe('timestampPrecision', () => {
  const CASES = {
    seconds: '20261123-14:30:00',
    milliseconds: '20261123-14:30:00.000',
    microseconds: '20261123-14:30:00.000000',
    nanoseconds: '20261123-14:30:00.000000000',
  }

  it.each(Object.entries(CASES))(
    '%s: of every time that we send',
    async (timestampPrecision, time) => {
      const { stage, client } = await onStage({ timestampPrecision })
      for (const said of [order('A', `${BUY}|38=10`), '35=2|7=2|16=2']) {
        client.say(said)
        await stage.settle()
      }
      expect(pick(client.hear(), 60, 122)).toEqual([`60=${time}`, `122=${time}|60=${time}`])
    },
  )

  it('also of a mass cancel and of the trading day', async () => {
    const requests = ['35=q|11=C|530=7|60=20261123-14:30:00', '35=g|335=T|263=0']
    const told = await answersTo({ timestampPrecision: 'seconds' }, ...requests)

    expect(pick(told, 60, 344)).toEqual(['60=20261123-14:30:00', '344=20261124-05:00:00'])
  })

  it('and extendedCodes changed later do not change what is sent again', async () => {
    const session = {
      cancelOnDisconnect: 'disconnect',
      timestampPrecision: 'microseconds',
    } as const
    const { stage, client } = await onStage({ ...session, extendedCodes: true })
    client.say(order('A', `${BUY}|38=10`))
    await stage.settle()
    const first = client.hear()
    client.line.break()
    await stage.settle()

    stage.restart([{ senderCompId: 'ACME', ...session, timestampPrecision: 'seconds' }])
    const again = stage.connect('ACME')
    again.next = 3
    again.say(LOGON, '35=2|7=2|16=3', order('B', `${BUY}|38=10`))
    await stage.settle()
    const [, sentAgain, canceled, reported] = again.hear()

    const time = '20261123-14:30:00.000000'
    expect(sentAgain).toBe(first[0]!.replace('2: 35=8|', '2: 35=8|43=Y|122=20261123-14:30:00|'))
    expect(pick([canceled!], 150, 378, 58, 60)).toEqual([
      `150=4|378=100|58=Cancel on disconnect|60=${time}`,
    ])
    expect(pick([reported!], 150, 60)).toEqual(['150=0|60=20261123-14:30:00'])
  })
})

describe('conditionalRequired: bmr', () => {
  const session = { conditionalRequired: 'bmr' }
  const reject = (msgType: string, id: string, what: string): string =>
    `35=j|45=2|372=${msgType}|379=${id}|380=5|58=Conditionally required field missing: ${what}`

  it('answers an order without its price with a BusinessMessageReject', async () => {
    expect(await answersTo(session, order('A', '54=1|40=2|38=10'))).toEqual([
      `2: ${reject('D', 'A', 'Price(44)')}`,
    ])
  })

  it('does not use up its ClOrdID', async () => {
    const bad = order('A', '54=1|40=2|38=10')
    const answers = await answersTo(session, bad, order('A', `${BUY}|38=10`))
    expect(pick(answers, 35, 150)).toEqual(['35=j', '35=8|150=0'])
  })

  it('answers a replacement without its price in the same way', async () => {
    const replace = `35=G|11=B|41=A|${TERMS}|54=1|40=2|38=10`
    expect(await answersTo(session, replace)).toEqual([`2: ${reject('G', 'B', 'Price(44)')}`])
  })

  it('leaves every other refusal to the report', async () => {
    const answers = await answersTo(session, order('A', `${BUY}|38=10|18=6|110=5`))
    expect(pick(answers, 35, 150)).toEqual(['35=8|150=8'])
  })
})

describe('expiredAs: expired', () => {
  const session = { expiredAs: 'expired' }

  it('ends what an IOC could not trade with ExecType C', async () => {
    const answers = await answersTo(session, order('A', `${BUY}|38=10|59=3`))
    expect(pick(answers, 150, 39, 58, 151, 14)).toEqual([
      '150=0|39=0|151=10|14=0',
      '150=C|39=C|58=Unfilled remainder canceled|151=0|14=0',
    ])
  })

  it('ends a FOK and a market order so too', async () => {
    const answers = await answersTo(
      session,
      order('A', `${BUY}|38=10|59=4`),
      order('B', '54=1|40=1|38=10'),
    )
    expect(pick(answers, 11, 150, 39)).toEqual([
      '11=A|150=0|39=0',
      '11=A|150=C|39=C',
      '11=B|150=0|39=0',
      '11=B|150=C|39=C',
    ])
  })

  it('leaves a cancel what it is', async () => {
    const cancel = `35=F|11=B|41=A|${TERMS}|54=1`
    const answers = await answersTo(session, order('A', `${BUY}|38=10`), cancel)
    expect(pick(answers, 150, 39)).toEqual(['150=0|39=0', '150=4|39=4'])
  })
})

describe('includePendings: true', () => {
  const session = { includePendings: true }

  it('tells Pending New, Pending Replace and Pending Cancel before the answers', async () => {
    const replace = `35=G|11=B|41=A|${TERMS}|${BUY}|38=20`
    const cancel = `35=F|11=C|41=B|${TERMS}|54=1`
    const answers = await answersTo(session, order('A', `${BUY}|38=10`), replace, cancel)
    expect(pick(answers, 11, 41, 17, 150, 39, 38, 151)).toEqual([
      '11=A|17=1|150=A|39=A|38=10|151=10',
      '11=A|17=2|150=0|39=0|38=10|151=10',
      '11=B|41=A|17=3|150=E|39=E|38=10|151=10',
      '11=B|41=A|17=4|150=5|39=0|38=20|151=20',
      '11=C|41=B|17=5|150=6|39=6|38=20|151=20',
      '11=C|41=B|17=6|150=4|39=4|38=20|151=0',
    ])
  })

  it('tells none before a refusal', async () => {
    const cancel = `35=F|11=C|41=X|${TERMS}|54=1`
    const answers = await answersTo(session, order('A', `${BUY}|38=0`), cancel)
    expect(pick(answers, 35, 150, 39)).toEqual(['35=8|150=8|39=8', '35=9|39=8'])
  })

  it('tells what was executed before a partly filled order is canceled', async () => {
    const cancel = `35=F|11=C|41=A|${TERMS}|54=1`
    const answers = await answersTo(
      session,
      order('A', `${BUY}|38=10`),
      order('B', `${SELL}|38=4`),
      cancel,
    )
    expect(pick(answers.slice(-2), 150, 39, 151, 14)).toEqual([
      '150=6|39=6|151=6|14=4',
      '150=4|39=4|151=0|14=4',
    ])
  })
})

describe('extendedCodes', () => {
  it.each([
    [false, '378=99'],
    [true, '378=100'],
  ])('%s: a cancel on disconnect says %s', async (extendedCodes, code) => {
    const { stage, client } = await onStage({ extendedCodes, cancelOnDisconnect: 'disconnect' })
    client.say(order('A', `${BUY}|38=10`))
    await stage.settle()
    client.line.break()
    await stage.settle()
    const again = stage.connect('ACME')
    again.next = 3
    again.say(LOGON, '35=2|7=3|16=3')
    await stage.settle()
    expect(pick(again.hear().slice(1), 150, 378)).toEqual([`150=4|${code}`])
  })
})
