/** Instruments that operations lists, changes, delists and splits, on the assembled exchange: over FIX, and through crashes. */
import { describe, expect, it } from 'vitest'
import type { OperatorRecord, ReferenceAction } from '../src/wire/index.ts'
import type { StageClient } from './support/exchange-stage.ts'
import { ExchangeStage } from './support/exchange-stage.ts'

const LOGON = '35=A|98=0|108=30|141=N'
const ORDER = '35=D|40=2|60=20261123-14:30:00|54=1|38=10'
const SESSIONS = [{ senderCompId: 'ACME', firm: 'ACME', accounts: [] }]
const SHOP = {
  description: 'Shop Inc.',
  currency: 'USD',
  referencePrice: 80_0000,
  tickSize: 100,
  lotSize: 5,
  priceBandPercent: 10,
  maxOrderQty: 1000,
  matching: 'price-time',
  proRataMinimum: 5,
} as const
const ADD = { action: 'add-instrument', symbol: 'SHOP', terms: SHOP } as const

let requests = 0

async function logOn(stage: ExchangeStage, next = 1): Promise<StageClient> {
  const acme = stage.connect('ACME')
  acme.next = next
  acme.say(LOGON)
  await stage.settle()
  acme.hear()
  return acme
}

/** What became of it: why it was refused, or `done`. */
async function perform(
  stage: ExchangeStage,
  action: ReferenceAction,
  requestId = `alice/${++requests}`,
): Promise<string> {
  const outcome = stage.exchange.desk.perform({ requestId, by: 'alice', why: 'test', ...action })
  await stage.settle()
  if (stage.fatal.length > 0) throw stage.fatal[0]
  const { refused = 'done', isRepeated } = (await outcome) as OperatorRecord
  return isRepeated ? `${refused} before` : refused
}

const textOf = (lines: readonly string[]): string | undefined =>
  lines.map((line) => /58=([^|]*)/.exec(line)?.[1]).find((text) => text !== undefined)
const execTypesOf = (lines: readonly string[]): (string | undefined)[] =>
  lines.map((line) => /150=(.)/.exec(line)?.[1])
const instrumentOf = (stage: ExchangeStage, symbol: string) =>
  stage.exchange.engine.configuration!.instruments.find((one) => one.symbol === symbol)

/** Kinds and states of what the feed said of an instrument's list entry, from a packet on. */
function listings(stage: ExchangeStage, from: number): string[] {
  return stage.packets.slice(from).flatMap((packet) => {
    const view = new DataView(packet.buffer, packet.byteOffset, packet.length)
    const found: string[] = []
    for (let at = 20; at < packet.length; at += 2 + view.getUint16(at)) {
      const type = String.fromCharCode(view.getUint8(at + 2))
      if (type !== 'R' && type !== 'H') continue
      const symbol = Buffer.from(packet.subarray(at + 13, at + 21))
        .toString('latin1')
        .trim()
      const state = type === 'H' ? String.fromCharCode(view.getUint8(at + 21)) : ''
      found.push([type, symbol, state].join(' ').trim())
    }
    return found
  })
}

describe('an instrument that operations lists', () => {
  it('is on the feed, in the list, and trades by its own terms', async () => {
    const stage = new ExchangeStage({ sessions: SESSIONS })
    const acme = await logOn(stage)
    expect(textOf(await stage.ask(acme, `${ORDER}|11=A|55=SHOP|44=80`))).toBe('Unknown symbol')
    const from = stage.packets.length

    expect(await perform(stage, ADD)).toBe('done')
    expect(listings(stage, from)).toEqual(['R SHOP', 'H SHOP T'])
    const [list] = await stage.ask(acme, '35=x|320=1|559=0|55=SHOP')
    expect(list).toContain('55=SHOP')
    expect(list).toContain('561=5')
    expect(execTypesOf(await stage.ask(acme, `${ORDER}|11=B|55=SHOP|44=80`))).toEqual(['0'])
    expect(textOf(await stage.ask(acme, `${ORDER}|11=C|55=SHOP|44=90`))).toBe(
      'Price(44) outside band [72,88]',
    )
  })

  it('is there after a crash, with its orders, though no file names it', async () => {
    const stage = new ExchangeStage({ sessions: SESSIONS })
    const acme = await logOn(stage)
    await perform(stage, ADD)
    await stage.ask(acme, `${ORDER}|11=B|55=SHOP|44=80`)
    const before = stage.exchange.engine.configuration

    stage.restart()
    expect(stage.exchange.engine.configuration).toEqual(before)
    const again = await logOn(stage, acme.next)
    expect(
      execTypesOf(await stage.ask(again, '35=F|11=C|41=B|55=SHOP|54=1|60=20261123-14:30:00')),
    ).toEqual(['4'])
  })

  it('is not there when the crash came before its command was durable: nobody was told', async () => {
    const stage = new ExchangeStage({ sessions: SESSIONS })
    const outcome = stage.exchange.desk.perform({
      requestId: 'alice/x',
      by: 'alice',
      why: 'w',
      ...ADD,
    })
    stage.restart()

    expect(instrumentOf(stage, 'SHOP')).toBeUndefined()
    expect(await perform(stage, ADD, 'alice/x')).toBe('done')
    expect(await perform(stage, ADD, 'alice/x')).toBe('done before')
    expect(await Promise.race([outcome, Promise.resolve('not told')])).toBe('not told')
  })

  it('is done once when it is asked for twice at once', async () => {
    const stage = new ExchangeStage({ sessions: SESSIONS })
    const { desk } = stage.exchange
    const asked = { requestId: 'alice/twice', by: 'alice', why: 'w', ...ADD }
    const outcomes = [desk.perform(asked), desk.perform(asked)]
    await stage.settle()

    expect(await Promise.all(outcomes)).toEqual([asked, { ...asked, isRepeated: true }])
    expect(await perform(stage, ADD)).toBe('SHOP is listed already')
  })

  it('stays when another change is asked for in the same turn', async () => {
    const stage = new ExchangeStage({ sessions: SESSIONS })
    const about = { by: 'alice', why: 'w', symbol: 'AAPL' } as const
    const outcomes = [
      stage.exchange.desk.perform({ ...about, requestId: 'alice/1', ...ADD }),
      stage.exchange.desk.perform({ ...about, requestId: 'alice/2', action: 'delist-instrument' }),
    ]
    await stage.settle()

    await Promise.all(outcomes)
    expect(instrumentOf(stage, 'SHOP')).toMatchObject({ listed: true })
    expect(instrumentOf(stage, 'AAPL')).toMatchObject({ listed: false })
  })

  it('is what the file says as soon as the file says something of it', async () => {
    const stage = new ExchangeStage({ sessions: SESSIONS })
    await perform(stage, ADD)
    stage.config = {
      ...stage.config,
      instruments: [...stage.config.instruments, { symbol: 'SHOP', ...SHOP, lotSize: 10 }],
    }
    stage.restart()

    expect(instrumentOf(stage, 'SHOP')).toMatchObject({ lotSize: 10, listed: true })
    expect(stage.exchange.engine.configuration).not.toHaveProperty('changes')
  })
})

describe('an instrument that operations changes', () => {
  const change = (terms: object): ReferenceAction => {
    return { action: 'change-instrument', symbol: 'AAPL', terms }
  }

  it('has its new band from the next order on, and its orders stay', async () => {
    const stage = new ExchangeStage({ sessions: SESSIONS })
    const acme = await logOn(stage)
    await stage.ask(acme, `${ORDER}|11=A|55=AAPL|44=150`)
    expect(await perform(stage, change({ priceBandPercent: 5 }))).toBe('done')

    expect(textOf(await stage.ask(acme, `${ORDER}|11=B|55=AAPL|44=150`))).toBe(
      'Price(44) outside band [173.38,191.62]',
    )
    expect(stage.exchange.engine.state.orderPool.liveCount).toBe(1)
  })

  it('stays so over a crash while the file says the same, and ends with the file', async () => {
    const stage = new ExchangeStage({ sessions: SESSIONS })
    await perform(stage, change({ priceBandPercent: 5 }))
    stage.restart()
    expect(instrumentOf(stage, 'AAPL')).toMatchObject({ priceBandPercent: 5, lotSize: 1 })
    const { instruments: rows } = await stage.exchange.desk.status()
    const changed = [...rows].filter(({ byOperations }) => byOperations)
    expect(changed.map(({ symbol }) => symbol)).toEqual(['AAPL'])

    const instruments = stage.config.instruments.map((one) => {
      return one.symbol === 'AAPL' ? { ...one, lotSize: 10 } : one
    })
    stage.config = { ...stage.config, instruments }
    stage.restart()
    expect(instrumentOf(stage, 'AAPL')).toMatchObject({ priceBandPercent: 20, lotSize: 10 })
  })

  it('is refused what no file may say either', async () => {
    const stage = new ExchangeStage({ sessions: SESSIONS })

    expect(await perform(stage, change({ tickSize: 500 }))).toBe(
      'AAPL: tickSize cannot change from 0.01 to 0.05; list a new symbol',
    )
    expect(await perform(stage, change({ lotSize: 10, maxOrderQty: 5 }))).toBe(
      'maxOrderQty is 5; use lotSize 10 or more',
    )
    expect(await perform(stage, change({ group: 'LATE' }))).toBe(
      'group is LATE; use one that has instruments, or leave it out',
    )
    expect(await perform(stage, change({ priceBandPercent: 20 }))).toBe('it is so already')
    expect(
      await perform(stage, { ...change({ lotSize: 2 }), symbol: 'NONE' } as ReferenceAction),
    ).toBe('NONE is not listed')
    expect(stage.exchange.engine.configuration).not.toHaveProperty('changes')
  })
})

it('an instrument that is delisted loses its orders, takes none, and stays out over a crash', async () => {
  const stage = new ExchangeStage({ sessions: SESSIONS })
  const acme = await logOn(stage)
  await stage.ask(acme, `${ORDER}|11=A|55=AAPL|44=180`)
  const delist = { action: 'delist-instrument', symbol: 'AAPL' } as const
  expect(await perform(stage, delist)).toBe('done')

  const told = acme.hear()
  expect([execTypesOf(told), textOf(told)]).toEqual([['4'], 'Instrument delisted'])
  expect(textOf(await stage.ask(acme, `${ORDER}|11=B|55=AAPL|44=180`))).toBe('Unknown symbol')
  stage.restart()
  expect(instrumentOf(stage, 'AAPL')).toMatchObject({ listed: false })
  expect(await perform(stage, delist)).toBe('AAPL is not listed')
})

describe('a split', () => {
  const SPLIT = { action: 'split', symbol: 'AAPL', into: 2, from: 1 } as const

  it('halts, cancels every order, GTC too, and is told by News(B) and on the feed', async () => {
    const stage = new ExchangeStage({ sessions: SESSIONS })
    const acme = await logOn(stage)
    await stage.ask(acme, `${ORDER}|11=A|55=AAPL|44=180|59=1`)
    await stage.ask(acme, `${ORDER}|11=M|55=MSFT|44=400`)
    const from = stage.packets.length
    expect(await perform(stage, SPLIT)).toBe('done')

    const told = acme.hear()
    expect(told.map((line) => /35=(.)/.exec(line)?.[1])).toEqual(['8', 'B'])
    expect(told[1]).toContain(
      '148=Corporate action: AAPL splits 2 for 1; its orders are canceled, trading is halted',
    )
    expect(told[0]).toContain('|378=99|')
    expect(textOf(told)).toBe('Corporate action')
    expect(listings(stage, from)).toEqual(['H AAPL H', 'R AAPL', 'H AAPL H'])
    expect(textOf(await stage.ask(acme, `${ORDER}|11=B|55=AAPL|44=91`))).toBe(
      'Trading in the symbol is halted',
    )
    expect(stage.exchange.engine.state.orderPool.liveCount).toBe(1)
  })

  it('goes on by resume at the prices of the new shares, also behind a crash', async () => {
    const stage = new ExchangeStage({ sessions: SESSIONS })
    const acme = await logOn(stage)
    await stage.ask(acme, `${ORDER}|11=A|55=AAPL|44=180.01`)
    await stage.ask(acme, `${ORDER.replace('54=1', '54=2')}|11=S|55=AAPL|44=180.01`)
    await perform(stage, SPLIT)
    acme.hear()
    const hash = stage.exchange.engine.stateHash()
    stage.restart()

    const { engine, desk } = stage.exchange
    expect(instrumentOf(stage, 'AAPL')).toMatchObject({ referencePrice: 912_500 })
    const market = engine.state.markets[1]!
    // 180.01 / 2 = 90.005: up to the tick.
    expect([market.lastPrice, market.bandLow, market.bandHigh]).toEqual([
      900_100, 730_000, 1_095_000,
    ])
    expect(market).toMatchObject({ isHeld: true, haltReason: 'M1', haltPolicy: 'reject' })
    expect(hash).not.toBe('')
    const again = await logOn(stage, acme.next)
    const resume = { action: 'resume', symbol: 'AAPL' } as const
    void desk.perform({ requestId: 'alice/go', by: 'alice', why: 'w', ...resume })
    await stage.settle()
    expect(execTypesOf(await stage.ask(again, `${ORDER}|11=C|55=AAPL|44=91`))).toEqual(['0'])
  })

  it('of 1:1, of what is not listed, or to a price that no order can have is refused', async () => {
    const stage = new ExchangeStage({ sessions: SESSIONS })

    expect(await perform(stage, { ...SPLIT, into: 1 })).toBe('AAPL: 1:1 changes nothing')
    expect(await perform(stage, { ...SPLIT, symbol: 'NONE' })).toBe('NONE is not listed')
    expect(await perform(stage, { ...SPLIT, symbol: 'MSFT', into: 1, from: 1000 })).toBe(
      'MSFT: the reference price would be above 200000',
    )
  })

  it('is done once when it is asked for twice at once', async () => {
    const stage = new ExchangeStage({ sessions: SESSIONS })
    const asked = { requestId: 'alice/split', by: 'alice', why: 'w', ...SPLIT }
    const outcomes = [stage.exchange.desk.perform(asked), stage.exchange.desk.perform(asked)]
    await stage.settle()

    expect(await Promise.all(outcomes)).toEqual([asked, { ...asked, isRepeated: true }])
    expect(await perform(stage, SPLIT, 'alice/split')).toBe('done before')
    expect(instrumentOf(stage, 'AAPL')).toMatchObject({ referencePrice: 912_500 })
  })

  it('is not done under a request id that waits for its turn with something else', async () => {
    const stage = new ExchangeStage({ sessions: SESSIONS })
    const { desk, engine } = stage.exchange
    const about = { requestId: 'alice/both', by: 'alice', why: 'w' }
    const collect = { ...about, action: 'collect', symbol: 'AAPL' } as const
    const outcomes = [desk.perform(collect), desk.perform({ ...about, ...SPLIT })]
    await stage.settle()

    expect(await Promise.all(outcomes)).toEqual([collect, { ...collect, isRepeated: true }])
    expect(engine.configuration!.changes ?? []).toEqual([])
  })

  it('leaves a risk scope with the position of its new shares', async () => {
    const stage = new ExchangeStage({ sessions: SESSIONS })
    stage.exchange.setLimits({
      scopes: [
        {
          kind: 'firm',
          firm: '',
          name: 'ACME',
          limits: { maxPosition: 1000, positions: { AAPL: -7, MSFT: 5 } },
        },
      ],
    })
    await stage.settle()
    await perform(stage, { ...SPLIT, into: 3, from: 2 })

    const { exposure } = stage.exchange.engine.state.risk!.scopes[0]!
    expect([exposure.of(1).position, exposure.of(4).position]).toEqual([-10, 5])
  })
})
