/**
 * One OrderMassStatusRequest(AF) being answered: one ExecutionReport(8) 150=I for each open order of the
 * firms that the session may hear of, all of them as they are behind the last copy that it was sent.
 */
import type { MassStatusRequest, SymbolIndex } from '../fix-acceptor/index.ts'
import { echo, readMassStatus, writeNone } from '../fix-acceptor/index.ts'
import type { BusinessReject, FixMessage } from '../fix/index.ts'
import { FieldWriter, Tag } from '../fix/index.ts'
import type { EventWalk } from '../journal/index.ts'
import type { VenueConfiguration, VenueSession } from '../wire/index.ts'
import { dialectOf, orderEvent, recordSession } from '../wire/index.ts'
import { entitledSessions } from './entitlement.ts'
import type { OpenOrders } from './open-orders.ts'
import type { SendingTime } from './sent-numbers.ts'
import { StatusRecord } from './status-record.ts'

/** What a status is told of. */
export interface Venue {
  readonly configuration: VenueConfiguration
  readonly firms: readonly string[]
  readonly openOrders: OpenOrders
  /** Of its own, for the last events of the orders. */
  readonly walk: EventWalk
}

export class MassStatus {
  private readonly request: MassStatusRequest
  /** MassStatusReqID(584) as it is printed. */
  private readonly id = new FieldWriter(128)
  /** The answer when there is no order to tell. */
  private readonly none = new FieldWriter(512)
  /** Account(1) and Side(54) that the orders must have; undefined = any. */
  private readonly account: string | undefined
  private readonly side: number | undefined
  private readonly order = orderEvent.flyweight()
  private readonly status = new StatusRecord()
  private venue: Venue | undefined
  private sessions: readonly VenueSession[] = []
  /** Last events of orders that may be meant. */
  private candidates: number[] = []
  private looked = 0
  /** Those that are, until all were looked at; then those that are still to be told. */
  private readonly meant: number[] = []
  private told = 0

  /** @returns why it is not answered, if so */
  static read(
    message: FixMessage,
    symbols: SymbolIndex,
    accounts: ReadonlySet<string>,
  ): MassStatus | BusinessReject {
    const request = readMassStatus(message, symbols)
    return 'reason' in request ? request : new MassStatus(message, request, accounts)
  }

  private constructor(
    message: FixMessage,
    request: MassStatusRequest,
    accounts: ReadonlySet<string>,
  ) {
    this.request = request
    this.account = message.string(Tag.Account)
    this.side = message.has(Tag.Side) ? message.byte(Tag.Side) : undefined
    const isAccountKnown = this.account === undefined || accounts.has(this.account)
    echo(this.id, message, Tag.MassStatusReqID)
    echo(this.none, message, Tag.MassStatusReqID)
    writeNone(this.none, message, request, isAccountKnown)
  }

  get isBegun(): boolean {
    return this.venue !== undefined
  }

  /** The open orders of this moment are the ones that it is about. */
  begin(venue: Venue): void {
    this.venue = venue
    const { configuration, firms, openOrders } = venue
    const entitled = entitledSessions(configuration, firms)
    this.sessions = configuration.sessions.filter(({ index }) => entitled[index] === 1)
    if (this.request.locate === 'unknown') return
    for (const { index } of this.sessions) {
      for (const position of openOrders.of(index)) this.candidates.push(position)
    }
  }

  /** Looks whether one more order is meant. @returns false when all were looked at */
  look(): boolean {
    if (this.looked === this.candidates.length) return false
    const position = this.candidates[this.looked++]!
    const { view, at } = this.read(position)
    if (this.isMeant(view, at)) this.meant.push(position)
    return true
  }

  /**
   * The next answer as a record, once all were looked at.
   * @param dialect of who asks, for the answer that there is none
   * @returns the record, and whose order it is; undefined behind the last one
   */
  next(
    time: SendingTime,
    dialect: number,
  ): { readonly view: DataView; readonly session: VenueSession | undefined } | undefined {
    const total = this.meant.length
    if (this.told >= Math.max(total, 1)) return undefined
    const { records } = this.status
    const position = this.meant[this.told++]
    if (position === undefined) {
      this.status.ofNone(dialect, time, this.none)
      return { view: records.view, session: undefined }
    }
    const { view, at } = this.read(position)
    const session = this.venue!.configuration.sessions[recordSession(view, at) - 1]!
    const counted = { total, isLast: this.told === total }
    this.status.ofOrder(view, at, dialectOf(session.reports), time, this.id, counted)
    return { view: records.view, session }
  }

  private read(position: number): { readonly view: DataView; readonly at: number } {
    const { walk } = this.venue!
    walk.seek(position)
    walk.next()
    return walk
  }

  private isMeant(view: DataView, at: number): boolean {
    const { order, request, side, account } = this
    order.wrap(view, at)
    if (request.locate !== 0 && request.locate !== order.locate) return false
    if (side !== undefined && side !== order.side) return false
    if (account === undefined) return true
    const { accounts } = this.venue!.configuration.sessions[recordSession(view, at) - 1]!
    return accounts[order.account - 1] === account
  }
}
