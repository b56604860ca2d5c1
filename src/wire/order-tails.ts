/** What some order events have behind the order and its conditions. */
import { compileCodec } from './compile-codec.ts'
import type { FlyweightOf, Layout } from './layout.ts'
import { i32, u64 } from './layout.ts'

const BEHIND = { byteOrder: 'little', start: 0 } as const

// Of an order that was carried into the day: what it has done since, DayCumQty(425) and DayAvgPx(426).
// DayOrderQty(424) is what it had open in the morning.
// prettier-ignore
export const dayQuantities = compileCodec({
  name: 'DayQuantities', type: 0,
  fields: [
    ['dayAvgPx',    u64],  // 1/1,000,000
    ['dayOrderQty', i32],
    ['dayCumQty',   i32],
  ],
} as const satisfies Layout, BEHIND)

// Of an execution that was busted or corrected: which one, and what it was until then. A Text(58) follows
// as it is printed, ASCII; the end of the record or a NUL ends it.
// prettier-ignore
export const executionRef = compileCodec({
  name: 'ExecutionRef', type: 0,
  fields: [
    ['execRefId',      u64],  // ExecRefID(19)
    ['originalMatch',  u64],  // match number that the execution had
    ['priorQty',       i32],
    ['priorPx',        i32],  // 1/10,000
  ],
} as const satisfies Layout, BEHIND)

export type DayQuantitiesRecord = FlyweightOf<typeof dayQuantities.layout>
