/**
 * Mistakes that an exchange could have, each as one piece of its source and what would stand there
 * instead, and the checker that must see it.
 */
export interface PlantedBug {
  readonly name: string
  readonly file: string
  /** Found exactly once in the file, or nothing is planted and the test fails. */
  readonly find: string
  readonly replace: string
  readonly checker: string
  /** A seed whose run shows it early; others take longer. */
  readonly seed: number
}

export const plantedBugs: readonly PlantedBug[] = [
  {
    name: 'reports are released while the sync is under way',
    file: 'src/journal/journal.ts',
    find: 'if (this.isSynced) this.disk.fdatasync(this.fd)\n    } catch',
    replace: 'if (this.isSynced) queueMicrotask(() => this.disk.fdatasync(this.fd))\n    } catch',
    checker: 'nothing-sent-before-durable',
    seed: 1,
  },
  {
    name: 'feed sequence numbers are used again after a crash',
    file: 'src/itch-feed/feed-stream.ts',
    find: 'this.running.note(position)\n    this.messages.clear',
    replace: 'this.messages.clear',
    checker: 'feed-rebuilds-book',
    seed: 3,
  },
  {
    name: 'a report that is sent again is taken for a new execution',
    file: 'src/fix/session/judge-sequence.ts',
    find: "return possDup ? 'repeated' : 'too-low'",
    replace: "return possDup ? 'next' : 'too-low'",
    checker: 'drop-copy-equals-executions',
    seed: 1,
  },
  {
    name: 'the feed does not delete an order that expires',
    file: 'src/engine/end-order.ts',
    find: 'if (displayed > 0 && state.day.isOpen) {',
    replace: 'if (displayed > 0 && state.day.isOpen && end !== OrderEnd.Expired) {',
    checker: 'feed-rebuilds-book',
    seed: 1,
  },
  {
    name: 'the feed does not delete an order that is canceled',
    file: 'src/engine/end-order.ts',
    find: 'if (displayed > 0 && state.day.isOpen) {',
    replace: 'if (displayed > 0 && state.day.isOpen && end !== OrderEnd.Canceled) {',
    checker: 'feed-rebuilds-book',
    seed: 3,
  },
  {
    name: 'the drop copy moves its position in a transaction of its own',
    file: 'src/dropcopy/write-batch.ts',
    find: 'await movePosition(to, step)\n',
    replace: 'await store.transaction((other) => movePosition(other, step))\n',
    checker: 'drop-copy-equals-journal',
    seed: 1,
  },
  {
    name: 'an order that is replaced with more shares keeps its place',
    file: 'src/engine/replace-order.ts',
    find: 'leaves <= orders.leavesQty(order) &&\n',
    replace: '',
    checker: 'replaced-orders-queue-up',
    seed: 3,
  },
  {
    name: 'a seller is told of one share less than the buyer',
    file: 'src/engine/fill-resting.ts',
    find: 'record.lastQty = quantity',
    replace: 'record.lastQty = record.side === 0x32 ? quantity - 1 : quantity',
    checker: 'quantity-is-conserved',
    seed: 1,
  },
  {
    name: 'a gap fill passes over one message too many',
    file: 'src/fix/session/plan-resend.ts',
    find: 'newSeqNo: msgSeqNum }',
    replace: 'newSeqNo: msgSeqNum + 1 }',
    checker: 'seq-nums-have-no-gap',
    seed: 7,
  },
  {
    name: 'books that missed messages are not marked as stale',
    file: 'src/client/market-view.ts',
    find: 'for (const book of this.byLocate.values()) book.stale = true',
    replace: '',
    checker: 'stale-books-are-marked',
    seed: 1,
  },
  {
    name: 'a start from a snapshot goes on one turn too late',
    file: 'src/assemble.ts',
    find: '    from = point.position\n',
    replace: `
      from = point.position
      for (const group of journal.groups({ from })) {
        from = group.position + group.length
        break
      }
    `,
    checker: 'starts-again',
    seed: 3,
  },
  {
    name: 'a snapshot says that it is one turn younger than it is',
    file: 'src/shadow.ts',
    find: 'this.take(group)\n    }',
    replace: `
      this.take(group)
      if (this.isSnapshotDue) this.journal.next(this.durable)
    }`,
    checker: 'shadow-agrees',
    seed: 1,
  },
  {
    name: 'cancels count as messages, and are refused when there are too many',
    file: 'src/engine/cancel-order.ts',
    find: 'function cancelMismatch({ orders }: EngineState): Reason | undefined {\n',
    replace: `
      import { isThrottled } from './throttle.ts'
      function cancelMismatch(state: EngineState): Reason | undefined {
        if (isThrottled(state, request.session)) return CancelRejectReason.MessageRate
        const { orders } = state
    `,
    checker: 'cancels-are-never-throttled',
    seed: 3,
  },
  {
    name: 'what operations asks for is done as often as it is asked for',
    file: 'src/engine/operate.ts',
    find: 'if (known !== undefined) return events.tellOperation({ ...known, isRepeated: true })',
    replace: '',
    checker: 'operations-are-done-once',
    seed: 2_147_483_654,
  },
  {
    name: 'a trade can be busted twice',
    file: 'src/engine/judge-correction.ts',
    find: 'if (isBusted) return `trade ${matchNumber} is busted already`',
    replace: '',
    checker: 'busts-are-of-standing-trades',
    seed: 2_147_483_668,
  },
  {
    name: 'a bust leaves what it was worth in the average price',
    file: 'src/engine/correct-trade.ts',
    find: 'orders.correct(order, from, to, isEarlier)\n  orders.setOrdStatus',
    replace:
      'orders.correct(order, { ...from, price: from.price - 100 }, to, isEarlier)\n  orders.setOrdStatus',
    checker: 'busts-are-of-standing-trades',
    seed: 2_147_483_656,
  },
]
