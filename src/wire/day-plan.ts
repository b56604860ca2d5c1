/** When which phase of a trading day begins, in JSON, as it stands in the journal. docs/operations/trading-day.md */
import type { TradingPhase } from '../domain/index.ts'
import { planDay } from './commands.ts'

export interface PhaseInstant {
  /** Of the instruments; '' is the group of those that name none. */
  readonly group: string
  readonly phase: TradingPhase
  /** Seconds since 1970 at which it begins. */
  readonly seconds: number
}

export interface DayPlan {
  /** In the order of time; a group that has none is closed all day. */
  readonly phases: readonly PhaseInstant[]
}

const encoder = new TextEncoder()
const decoder = new TextDecoder()

export const encodeDayPlan = (plan: DayPlan): Uint8Array => encoder.encode(JSON.stringify(plan))

/** What the PlanDay record at `at` holds. */
export function dayPlanAt(view: DataView, at: number): DayPlan {
  const bodyLength = view.getUint32(at + planDay.offsets.bodyLength, true)
  const start = view.byteOffset + at + planDay.length
  return JSON.parse(decoder.decode(new Uint8Array(view.buffer, start, bodyLength))) as DayPlan
}
