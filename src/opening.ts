/**
 * The commands that nobody's session asks for. A start appends some before the doors open: the configuration
 * and the limits of pre-trade risk if their files changed, a disconnect for every session that the last run
 * left logged on, and the trading day with its phases. Operations asks for others later.
 */
import type { Engine } from './engine/index.ts'
import type { ExchangeConfig, TradingDayInstants } from './runtime/index.ts'
import { planOf, scheduledDayAt, tradingDayAt } from './runtime/index.ts'
import type {
  CommandQueue,
  DayPlan,
  OperatorCommand,
  RiskLimits,
  VenueConfiguration,
} from './wire/index.ts'
import {
  applyConfiguration,
  closeTradingDay,
  CommandType,
  disconnect,
  encodeConfiguration,
  encodeDayPlan,
  encodeOperation,
  encodeRiskLimits,
  openTradingDay,
  operate,
  planDay,
  setRiskLimits,
} from './wire/index.ts'

const SUFFIX_CHARACTERS = 3
const SUFFIXES = 36 ** SUFFIX_CHARACTERS

/** @param operation that has asked for it; left out: the files have changed */
export function queueConfiguration(
  queue: CommandQueue,
  configuration: VenueConfiguration,
  operation?: OperatorCommand,
): void {
  const body = encodeConfiguration(configuration)
  const behind = operation === undefined ? new Uint8Array(0) : encodeOperation(operation)
  const { layout, length, offsets } = applyConfiguration
  const commands = queue.buffer
  const at = commands.append(layout.type, 0, length + body.length + behind.length)
  commands.view.setUint32(at + offsets.bodyLength, body.length, true)
  commands.view.setUint32(at + offsets.operationLength, behind.length, true)
  commands.bytes.set(body, at + length)
  commands.bytes.set(behind, at + length + body.length)
}

export function queueRiskLimits(queue: CommandQueue, limits: RiskLimits): void {
  queueBody(queue, setRiskLimits, encodeRiskLimits(limits))
}

export function queueOperation(queue: CommandQueue, command: OperatorCommand): void {
  queueBody(queue, operate, encodeOperation(command))
}

function queueBody(
  queue: CommandQueue,
  { layout, length, offsets }: typeof setRiskLimits | typeof planDay | typeof operate,
  body: Uint8Array,
): void {
  const commands = queue.buffer
  const at = commands.append(layout.type, 0, length + body.length)
  commands.view.setUint32(at + offsets.bodyLength, body.length, true)
  commands.bytes.set(body, at + length)
}

/** A restart is a disconnect. */
export function queueDisconnects(queue: CommandQueue, engine: Engine): void {
  const { ledger } = engine.state
  const reason = new TextEncoder().encode('the exchange restarted')
  for (let session = 1; session <= ledger.count; session++) {
    if (ledger.loggedOn[session] === 0) continue
    const commands = queue.buffer
    const at = commands.append(CommandType.Disconnect, session, disconnect.length + reason.length)
    commands.view.setUint16(at + disconnect.offsets.bodyLength, reason.length, true)
    commands.bytes.set(reason, at + disconnect.length)
  }
}

export interface DayToOpen {
  readonly instants: TradingDayInstants
  /** Left out: it is always open. */
  readonly plan?: DayPlan
}

/** The trading day that holds an instant. @param randomInt 0 <= integer < max */
export function dayToOpen(
  epochSeconds: number,
  { exchange, market }: Pick<ExchangeConfig, 'exchange' | 'market'>,
  randomInt: (max: number) => number,
): DayToOpen {
  const roll = { timeZone: exchange.timeZone, dayRoll: market.dayRoll }
  const { schedule } = market
  if (schedule === undefined) return { instants: tradingDayAt(epochSeconds, roll) }

  const instants = scheduledDayAt(epochSeconds, roll)
  const draw = (maxSeconds: number) => randomInt(maxSeconds + 1)
  return { instants, plan: planOf(instants.tradingDate, schedule, roll, draw) }
}

/** Ends the day that is open, if one is, and opens another, with its plan if it has one. */
export function queueTradingDay(
  queue: CommandQueue,
  {
    isOpen,
    instants,
    plan,
    feedSession,
  }: DayToOpen & { readonly isOpen: boolean; readonly feedSession: string },
): void {
  if (isOpen) queue.buffer.append(CommandType.CloseTradingDay, 0, closeTradingDay.length)
  const commands = queue.buffer
  const at = commands.append(CommandType.OpenTradingDay, 0, openTradingDay.length)
  const record = openTradingDay.flyweight()
  record.wrap(commands.view, at)
  record.tradingDate = instants.tradingDate
  record.midnightSeconds = instants.midnightSeconds
  record.openSeconds = instants.openSeconds
  record.closeSeconds = instants.closeSeconds
  record.feedSession = feedSession
  record.isPhased = plan === undefined ? 0 : 1
  if (plan !== undefined) queuePlan(queue, plan)
}

export function queuePlan(queue: CommandQueue, plan: DayPlan): void {
  queueBody(queue, planDay, encodeDayPlan(plan))
}

/**
 * Session name of a day's feed: yymmdd, three base-36 characters that a random number chooses, one
 * for the channel. Two days may have one date; a name that is taken is passed over.
 */
export function feedSessionName(
  tradingDate: number,
  randomInt: (max: number) => number,
  isTaken: (name: string) => boolean = () => false,
): string {
  for (let suffix = randomInt(SUFFIXES); ; suffix = (suffix + 1) % SUFFIXES) {
    const characters = suffix.toString(36).padStart(SUFFIX_CHARACTERS, '0').toUpperCase()
    const name = `${String(tradingDate).slice(2)}${characters}0`
    if (!isTaken(name)) return name
  }
}
