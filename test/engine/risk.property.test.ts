/**
 * Pre-trade risk in a random market, with limits that change under it: what is counted as orders come
 * and go is what a recount of the live orders gives, and nothing takes a scope above a limit that is in
 * force, whatever happens in between.
 */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Engine } from '../../src/engine/index.ts'
import { RISK_ROWS, reasonOf } from '../../src/domain/index.ts'
import type { RiskProblem } from '../../src/domain/index.ts'
import type { OperatorRecord, ScopeLimits, VenueConfiguration } from '../../src/wire/index.ts'
import { EngineDriver, FIRST_DAY } from '../support/engine-driver.ts'
import type { EngineEvent } from '../support/engine-events.ts'
import type { Intent } from '../support/engine-intents.ts'
import { anyIntent, Desk, randomIntent, seeded } from '../support/engine-intents.ts'
import { limitsOf } from '../support/risk.ts'
import { RiskModel } from './risk-model.ts'
import { VENUE as PLAIN_VENUE } from './engine-pair.ts'

/** Two sessions of one firm that share an account, and a firm of its own. */
const VENUE: VenueConfiguration = {
  ...PLAIN_VENUE,
  sessions: PLAIN_VENUE.sessions.map((session) => ({
    ...session,
    firm: session.compId === 'INITECH' ? 'INITECH' : 'ACME',
    accounts: session.compId === 'GLOBEX' ? ['A2', 'A1'] : ['A1', 'A2'],
    ...(session.compId === 'INITECH' && {
      selfTrade: { prevention: 'decrement' as const, group: 'I' },
    }),
  })),
}

const SCOPES = [
  'venue',
  'firm ACME',
  'firm INITECH',
  'session ACME',
  'account ACME A1',
  'account INITECH A2',
]
/** Money of a few orders, and of many, in 1/10,000. */
const MONEY = [5_000_0000, 100_000_0000, 2_000_000_0000]
/** Values of each limit, from tight to loose; one in three is left out. */
const CHOICES: Readonly<Partial<Record<keyof ScopeLimits, readonly unknown[]>>> = {
  maxOrderQty: [5, 400, 2000],
  maxOrderNotional: MONEY,
  priceCollarAbsolute: [200, 600, 10_000],
  maxOpenOrders: [2, 5, 40],
  maxGrossOpen: MONEY,
  maxGrossOpenPerSymbol: MONEY,
  maxNetOpen: MONEY,
  maxNetOpenPerSymbol: MONEY,
  maxPosition: [4, 60, 3000],
  allowShort: [false, true, true],
  restrictedSymbols: [[], [], ['MSFT']],
  duplicateWindowMs: [2, 20, 60],
  buyingPower: MONEY,
  killed: [false, false, false, true],
}
/** Always in force, so that it can be told that its buying power was never overdrawn. */
const STEADY = { buyingPower: 500_000_0000, priceCollarPercent: 100, positions: { AAPL: 50 } }
const STEADY_SCOPE = 'session GLOBEX'

function randomLimits(random: () => number) {
  const pick = <Value>(values: readonly Value[]): Value =>
    values[Math.floor(random() * values.length)]!
  const scopes: Record<string, ScopeLimits> = { [STEADY_SCOPE]: STEADY }
  for (const name of SCOPES) {
    if (random() < 0.4) continue
    const isCollared = random() < 0.5
    const limits: Record<string, unknown> = isCollared
      ? { priceCollarPercent: pick([1, 2, 500]) }
      : {}
    for (const [limit, values] of Object.entries(CHOICES)) {
      if (random() < 0.25) limits[limit] = pick(values)
    }
    scopes[name] = limits
  }
  return limitsOf(scopes)
}

class Play {
  readonly market = new EngineDriver(VENUE, true)
  readonly refused = new Set<RiskProblem>()
  readonly model: RiskModel
  executions = 0
  private readonly desk = new Desk(VENUE, FIRST_DAY)

  constructor() {
    this.market.run({ kind: 'configure', configuration: VENUE })
    this.market.run({ kind: 'openDay', tradingDate: FIRST_DAY })
    this.market.setLimits(limitsOf({ [STEADY_SCOPE]: STEADY }))
    this.model = new RiskModel(this.market)
  }

  changeLimits(random: () => number): void {
    const { market, model } = this
    const limits = randomLimits(random)
    // Time passes with every command, and a phase that begins may bring an auction.
    this.hear(market.run({ kind: 'setLimits', limits }))
    model.afterChange()
    if (random() < 0.3) this.moveSession(random() < 0.5 ? 'ACME' : 'INITECH')
  }

  act(intent: Intent): void {
    const { market, model } = this
    for (const command of this.desk.say(intent, market.now)) {
      this.hear(market.run(command))
      model.afterCommand()
    }
  }

  private split(body: string): void {
    const record = JSON.parse(body) as OperatorRecord
    if (record.action !== 'split' || record.refused !== undefined || record.isRepeated) return
    this.model.split(this.market.locateOf(record.symbol), record.into, record.from)
  }

  private hear(events: readonly EngineEvent[]): void {
    for (const event of events) {
      if ('reason' in event) this.note(Number(event.reason))
      if (event.event === 'OperatorActed') this.split(String(event['body']))
      if (event.event === 'OrderExecuted') {
        this.executions++
        this.model.execute(event)
      }
    }
  }

  /** A session goes to another firm, with its live orders. */
  private moveSession(firm: string): void {
    const { market } = this
    const sessions = market.configuration.sessions.map((session) =>
      session.compId === 'GLOBEX' ? { ...session, firm } : session,
    )
    const configuration = { ...market.configuration, sessions }
    this.hear(market.run({ kind: 'configure', configuration }))
    market.configuration = configuration
    this.model.afterChange()
  }

  private note(code: number): void {
    const reason = reasonOf(code)
    if (reason?.values !== 'behind') return
    const rows = Object.entries(RISK_ROWS)
    this.refused.add(rows.find(([, { text }]) => text === reason.text)![0] as RiskProblem)
  }
}

describe('pre-trade risk', () => {
  it('over 40,000 random commands and 800 changes of limits', () => {
    const random = seeded(15)
    const play = new Play()
    for (let i = 0; i < 40_000; i++) {
      if (i % 50 === 0) play.changeLimits(random)
      try {
        play.act(randomIntent(VENUE, random))
      } catch (cause) {
        throw new Error(`intent ${i}`, { cause })
      }
    }

    expect([...play.refused].sort()).toEqual(Object.keys(RISK_ROWS).sort())
    expect(play.executions).toBeGreaterThan(1000)
    const engine = new Engine()
    for (const { turn, commands } of play.market.recorded) {
      engine.beginTurn(turn)
      engine.executeAll(new DataView(commands.buffer), 0, commands.length)
    }
    expect(engine.stateHash()).toBe(play.market.engine.stateHash())
  }, 120_000)

  it('over any few commands', () => {
    const anyStep = fc.oneof(
      { weight: 8, arbitrary: anyIntent(VENUE) },
      { weight: 1, arbitrary: fc.nat(1000) },
    )
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 60 }), (steps) => {
        const play = new Play()
        for (const step of steps) {
          if (typeof step === 'number') play.changeLimits(seeded(step))
          else play.act(step)
        }
      }),
      { numRuns: 200 },
    )
  })
})
