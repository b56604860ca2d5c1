/** Pre-trade risk in the state's hash: limits, what counts, bounds and the orders of the window. */
import type { Risk } from './risk.ts'
import type { Scope } from './scope.ts'

interface Hash {
  number(value: number): void
  text(value: string): void
}

export function hashRisk(risk: Risk | undefined, hash: Hash): void {
  if (risk === undefined) return
  hash.text(JSON.stringify(risk.limits))
  if (risk.changes.length > 0) hash.text(JSON.stringify(risk.changes))
  if (risk.kills.length > 0) hash.text(JSON.stringify(risk.kills))
  for (const scope of risk.scopes) hashScope(scope, hash)
  for (const [orderId, { limit, value }] of risk.bounds) {
    hash.number(orderId)
    hash.number(limit)
    hash.number(value)
  }
  for (const [key, time] of risk.recent.times) {
    hash.text(key)
    hash.number(time)
  }
}

function hashScope(scope: Scope, hash: Hash): void {
  const { kind, firm, name, exposure } = scope
  const { countsOpen, countsNotional, countsPosition, countsPower } = scope
  hash.text(JSON.stringify([kind, firm, name]))
  hash.text(String([countsOpen, countsNotional, countsPosition, countsPower]))
  hash.number(exposure.openOrders)
  hash.text(String([exposure.buyNotional, exposure.sellNotional, exposure.powerUsed]))
  exposure.symbols.forEach((symbol, locate) => {
    if (symbol === undefined) return
    const { position, buyQty, sellQty, buyNotional, sellNotional } = symbol
    // One that was only looked at is as good as none.
    if (position === 0 && buyQty === 0 && sellQty === 0) return
    hash.text(String([locate, position, buyQty, sellQty, buyNotional, sellNotional]))
  })
}
