/** The assembled exchange with a schedule: each trading day is planned once, when it opens. */
import { expect, it } from 'vitest'
import { describeRecord } from '../src/journal/index.ts'
import { recordLength } from '../src/wire/index.ts'
import { ExchangeStage } from './support/exchange-stage.ts'

const DAY_COMMANDS = /TradingDay|PlanDay/
const at = (iso: string) => Date.parse(iso) / 1000
const schedule = {
  days: ['mon' as const, 'tue' as const],
  holidays: ['2026-11-24'],
  phases: { 'pre-open': '08:00', continuous: '09:30', closed: '16:00' },
  halfDays: {},
  randomEndSeconds: 30,
  groups: {},
}

/** Two seconds before the evening on which Monday begins. */
const aStage = () =>
  new ExchangeStage({ start: '2026-11-23T00:59:58.000Z', market: { dayRoll: '20:00', schedule } })

/** The commands about trading days that are in the journal. */
function dayCommands(stage: ExchangeStage): unknown[] {
  const found: unknown[] = []
  for (const { view, commandsStart, commandsEnd } of stage.groups()) {
    for (let from = commandsStart; from < commandsEnd; from += recordLength(view, from)) {
      const { record, tradingDate, isPhased, plan } = describeRecord(view, from)
      if (DAY_COMMANDS.test(record)) found.push({ record, tradingDate, isPhased, plan })
    }
  }
  return found
}

const opened = (tradingDate: number, isPhased: number) => ({
  record: 'OpenTradingDay',
  tradingDate,
  isPhased,
})
const sunday = [opened(20_261_122, 1), { record: 'PlanDay', plan: { phases: [] } }]
const planOfMonday = {
  phases: [
    { group: '', phase: 'pre-open', seconds: at('2026-11-23T13:00:00Z') },
    // Every random number of the stage is 7.
    { group: '', phase: 'continuous', seconds: at('2026-11-23T14:30:07Z') },
    { group: '', phase: 'closed', seconds: at('2026-11-23T21:00:00Z') },
  ],
}
const monday = [
  { record: 'CloseTradingDay' },
  opened(20_261_123, 1),
  { record: 'PlanDay', plan: planOfMonday },
]

it('plans the day that opens at the start, and the next one when the day rolls', async () => {
  const stage = aStage()
  expect(dayCommands(stage)).toEqual(sunday)

  await stage.advance(3_000)
  expect(dayCommands(stage)).toEqual([...sunday, ...monday])
})

it('does not plan a day again behind a restart, nor when its schedule has changed meanwhile', async () => {
  const stage = aStage()
  await stage.advance(3_000)
  stage.restart()
  const changed = { ...schedule, phases: { continuous: '10:00' } }
  stage.config = { ...stage.config, market: { ...stage.config.market, schedule: changed } }
  stage.restart()

  expect(dayCommands(stage)).toEqual([...sunday, ...monday])
})

it('leaves a day that is always open to its end, and plans the next one', async () => {
  const stage = new ExchangeStage({
    start: '2026-11-23T00:59:58.000Z',
    market: { dayRoll: '20:00' },
  })
  stage.config = { ...stage.config, market: { ...stage.config.market, schedule } }
  stage.restart()
  expect(dayCommands(stage)).toEqual([opened(20_261_122, 0)])

  await stage.advance(3_000)
  expect(dayCommands(stage)).toEqual([opened(20_261_122, 0), ...monday])
})

it('plans the day behind a crash that came between its opening and its plan', async () => {
  const stage = new ExchangeStage({
    start: '2026-11-23T00:59:50.000Z',
    market: { dayRoll: '20:00', ordersPerCommandMax: 1 },
  })
  const client = stage.connect('ACME')
  await stage.ask(client, '35=A|98=0|108=60')
  const order = '55=AAPL|54=1|38=1|40=2|44=180|59=1|60=20261123-00:59:50'
  // One order a command: to carry these into the day takes many turns.
  for (let id = 1; id <= 9; id++) await stage.ask(client, `35=D|11=B${id}|${order}`)
  stage.config = { ...stage.config, market: { ...stage.config.market, schedule } }
  stage.restart()
  stage.clock.advance(10_000)
  stage.exchange.tick()
  // Always open, closed, opened with phases, and not planned yet.
  while (dayCommands(stage).length < 3) stage.runLoopTurn()
  expect(dayCommands(stage).at(-1)).toEqual(opened(20_261_123, 1))

  stage.restart()
  expect(dayCommands(stage).at(-1)).toEqual({ record: 'PlanDay', plan: planOfMonday })
  expect(stage.exchange.engine.state.day.isPlanned).toBe(true)
})
