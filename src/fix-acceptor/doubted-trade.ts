/** A trade that a counterparty does not know, in words for operations. */
import { Tag, textOf, valueNameOf } from '../fix/index.ts'
import { dontKnowTradeReceived } from '../wire/index.ts'
import { bytesBehind } from './print-record.ts'

export interface DoubtedTrade {
  readonly execId: number
  readonly orderId: number
  /** DKReason(127) by name. */
  readonly reason: string
  /** Text(58) of the counterparty; empty when there was none. */
  readonly text: string
}

/** @param at offset of a DontKnowTradeReceived */
export function doubtedTrade(view: DataView, at: number): DoubtedTrade {
  const { execId, orderId, dkReason, bodyLength } = dontKnowTradeReceived.decode(view, at)
  const code = String.fromCharCode(dkReason)
  const textAt = at + dontKnowTradeReceived.length
  const text = textOf(bytesBehind(view), textAt, textAt + bodyLength)
  return { execId, orderId, reason: valueNameOf(Tag.DKReason, code) ?? code, text }
}
