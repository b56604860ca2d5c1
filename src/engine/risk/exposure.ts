/**
 * What the orders of a scope amount to: what is open, in all and of each symbol, the position, and the
 * buying power that is used. Money is price × quantity in 1/10,000 and may pass 2^53, hence bigint;
 * shares stay below it.
 */
import { Side } from '../../domain/index.ts'

export interface SymbolExposure {
  /** Executed buys less executed sells, from where the limits file let it begin. */
  position: number
  buyQty: number
  sellQty: number
  buyNotional: bigint
  sellNotional: bigint
}

export class Exposure {
  openOrders = 0
  buyNotional = 0n
  sellNotional = 0n
  /** By executed buys, less executed sells. Open buys use `buyNotional` besides. */
  powerUsed = 0n
  /** By stock locate. */
  readonly symbols: (SymbolExposure | undefined)[] = []

  of(locate: number): SymbolExposure {
    return (this.symbols[locate] ??= {
      position: 0,
      buyQty: 0,
      sellQty: 0,
      buyNotional: 0n,
      sellNotional: 0n,
    })
  }

  /** @param quantity below zero: so much less is open */
  addOpenQty(locate: number, side: number, quantity: number): void {
    const symbol = this.of(locate)
    if (side === Side.Buy) symbol.buyQty += quantity
    else symbol.sellQty += quantity
  }

  /** @param notional below zero: so much less is open */
  addOpenNotional(locate: number, side: number, notional: bigint): void {
    const symbol = this.of(locate)
    if (side === Side.Buy) {
      symbol.buyNotional += notional
      this.buyNotional += notional
    } else {
      symbol.sellNotional += notional
      this.sellNotional += notional
    }
  }

  /** Nothing is open: before it is counted from the live orders. */
  clearOpen(): void {
    this.openOrders = 0
    this.buyNotional = 0n
    this.sellNotional = 0n
    for (const symbol of this.symbols) {
      if (symbol !== undefined) {
        Object.assign(symbol, { buyQty: 0, sellQty: 0, buyNotional: 0n, sellNotional: 0n })
      }
    }
  }
}
