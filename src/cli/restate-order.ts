/** What the client asks for when an order is changed by hand: a replacement restates the whole order. */
import type { ExecutionReport, ReplaceOrder } from '../client/index.ts'
import { TimeInForce } from '../domain/index.ts'
import type { ClientCommand } from './client-command.ts'

/** What is not said stays as the order's last report had it. */
export function restate(
  order: ExecutionReport,
  { kind: _kind, id: _id, ...said }: ClientCommand & { kind: 'replace' },
): Omit<ReplaceOrder, 'clOrdId'> {
  const kept = {
    origClOrdId: order.clOrdId,
    symbol: order.symbol,
    side: order.side.charCodeAt(0),
    account: order.account,
    ordType: order.ordType?.charCodeAt(0),
    stopPx: order.stopPx || undefined,
    minQty: order.minQty || undefined,
    maxFloor: order.maxFloor || undefined,
    execInst: order.execInst,
  }
  return { ...kept, ...untilWhen(order, said), ...said }
}

/** A new time in force takes the old date with it. */
function untilWhen(
  { timeInForce, expireDate, expireTime }: ExecutionReport,
  said: Partial<ReplaceOrder>,
): Partial<ReplaceOrder> {
  const isDated = said.expireDate !== undefined || said.expireTime !== undefined
  if (isDated) return { timeInForce: TimeInForce.GoodTillDate }
  if (said.timeInForce !== undefined) return {}
  return { timeInForce: timeInForce?.charCodeAt(0), expireDate, expireTime }
}
