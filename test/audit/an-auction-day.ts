/**
 * A trading day with a halt, an auction and a kill that is refused, as records that are written by hand:
 * what only operations brings about.
 */
import { TradingState } from '../../src/domain/index.ts'
import { Journal } from '../../src/journal/index.ts'
import { CommandType, enterOrder, EventType, openTradingDay } from '../../src/wire/index.ts'
import { aConfiguration, anOrderEvent, appendTurns, aTurn } from '../dropcopy/support/turns.ts'
import { MemoryDisk } from '../support/memory-disk.ts'
import { DIRECTORY } from './a-trading-day.ts'

export const AUCTION_DAY = 20261121

const ASKED = { by: 'alice', why: 'news is pending' }
const TURNS = [
  aTurn().configure(aConfiguration()),
  aTurn()
    .command(CommandType.OpenTradingDay, 0, openTradingDay.length)
    .openDay(AUCTION_DAY)
    .state(TradingState.Trading),
  aTurn()
    .operate({
      requestId: 'alice/1',
      ...ASKED,
      action: 'halt',
      symbol: 'AAPL',
      reason: 'T1',
      orders: 'accept',
    })
    .state(TradingState.Halted, 'T1'),
  aTurn()
    .command(CommandType.EnterOrder, 1, enterOrder.length)
    .command(CommandType.EnterOrder, 2, enterOrder.length)
    .order(EventType.OrderAccepted, 1, anOrderEvent())
    .order(EventType.OrderAccepted, 2, anOrderEvent({ orderId: 2, side: 0x32, clOrdId: 'S2' })),
  aTurn()
    .operate({ requestId: 'alice/2', ...ASKED, action: 'resume', symbol: 'AAPL' })
    .auction({ matchNumber: 1, execId: 3, buyOrder: 1, sellOrder: 2 }, 1_825_500)
    .cross(2, 100, 1_825_500)
    .state(TradingState.Trading),
  aTurn()
    .operate({
      requestId: 'alice/3',
      by: 'alice',
      why: 'case 17',
      action: 'correct',
      matchNumber: 1,
      price: 1_825_000,
      quantity: 60,
      reason: 'clearly erroneous',
      restore: 'none',
    })
    .correction({ matchNumber: 3, execId: 5, buyOrder: 1, sellOrder: 2, originalMatch: 1 }, 60),
  aTurn()
    .operate({
      requestId: 'alice/4',
      by: 'alice',
      why: 'case 17',
      action: 'bust',
      matchNumber: 3,
      reason: 'clearly erroneous',
      restore: 'none',
    })
    .correction({ matchNumber: 3, execId: 7, buyOrder: 1, sellOrder: 2, originalMatch: 3 }, 0),
  aTurn().operate({
    requestId: 'bob/1',
    by: 'bob',
    why: 'lost control of its orders',
    action: 'kill',
    kind: 'account',
    firm: 'ACME Ltd',
    name: 'ACME-1',
    refused: 'it is killed already',
    isRepeated: true,
  }),
]

/** Its journal. */
export async function anAuctionDay(): Promise<MemoryDisk> {
  const disk = new MemoryDisk()
  const journal = Journal.open({
    disk,
    directory: DIRECTORY,
    journalId: () => 'journal-of-an-auction',
    durability: 'os',
    segmentBytes: 1 << 20,
  })
  appendTurns(journal, TURNS)
  await journal.close()
  return disk
}
