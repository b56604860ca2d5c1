/**
 * What an order asks for beyond side, quantity, price and time in force. Few orders do: it stands
 * behind the record of those that have any, and nowhere else, so that all others cost nothing.
 */
import { compileCodec } from './compile-codec.ts'
import type { FlyweightOf, Layout } from './layout.ts'
import { i32, text, u16, u32, u8 } from './layout.ts'
import { recordLength } from './record-buffer.ts'

// prettier-ignore
export const orderConditions = compileCodec({
  name: 'OrderConditions', type: 0,
  fields: [
    ['stopPx',          i32],  // StopPx(99), 1/10,000; 0 = none; or a value of Unrepresentable
    ['minQty',          i32],  // MinQty(110); 0 = none; or a value of Unrepresentable
    ['maxFloor',        i32],  // MaxFloor(111); 0 = all is shown; or a value of Unrepresentable
    ['expireDate',      u32],  // ExpireDate(432) yyyymmdd; 0 = none
    ['expireSeconds',   u32],  // ExpireTime(126) in seconds since 1970, rounded up; 0 = none
    ['execInst',        u16],  // bits of ExecInstBit
    ['stpInstruction',  u8],   // 0 = the session's
    ['isWaiting',       u8],   // in events: 1 = it is in line (a stop, an order at the close), WorkingIndicator(636)=N
    ['stpGroup',        text(16)],  // empty = the session's
  ],
} as const satisfies Layout, { byteOrder: 'little', start: 0 })

export type OrderConditionsRecord = FlyweightOf<typeof orderConditions.layout>

/** ExecInst(18) values that are offered, as bits. */
export const ExecInstBit = {
  /** 6, participate don't initiate: post only. */
  PostOnly: 1,
  /** G, all or none: with FOK it says nothing new. */
  AllOrNone: 2,
  /** Q, cancel on system failure: on a lost connection. */
  CancelOnFailure: 4,
  /** K, cancel on trading halt. */
  CancelOnHalt: 8,
  /** J, reinstate on trading halt: what happens anyway. */
  ReinstateOnHalt: 16,
} as const

const EXEC_INSTS = [
  [ExecInstBit.PostOnly, '6'],
  [ExecInstBit.AllOrNone, 'G'],
  [ExecInstBit.CancelOnFailure, 'Q'],
  [ExecInstBit.CancelOnHalt, 'K'],
  [ExecInstBit.ReinstateOnHalt, 'J'],
] as const

/** Values of ExecInst(18), a space between them. @param bits of ExecInstBit */
export const execInstText = (bits: number): string =>
  EXEC_INSTS.filter(([bit]) => (bits & bit) !== 0)
    .map(([, instruction]) => instruction)
    .join(' ')

/** Where a record's conditions stand; -1 when it has none. @param layoutBytes of the record without */
export const conditionsAt = (view: DataView, at: number, layoutBytes: number): number =>
  recordLength(view, at) >= layoutBytes + orderConditions.length ? at + layoutBytes : -1
