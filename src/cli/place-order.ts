/**
 * What `buttonwood order` does: log on, send, print, log out. Reports of earlier orders that were
 * missed while nobody was connected come in by the resend and are printed too.
 */
import type {
  ExecutionReport,
  FixClient,
  FixClientHandler,
  NewOrder,
  OrderConditions,
} from '../client/index.ts'
import { ErrorCode, ExchangeError } from '../runtime/index.ts'
import type { Expiry } from './order-words.ts'
import { impliedTimeInForce, orderTypes, POST_ONLY, timesInForce } from './order-words.ts'
import type { FixLoginOptions } from './open-fix-client.ts'
import { openFixClient } from './open-fix-client.ts'
import {
  describeBusinessReject,
  describeReject,
  describeReport,
  isFinal,
  isRejected,
  reportJson,
} from './print-report.ts'

export interface OrderOptions extends FixLoginOptions {
  readonly tif?: string
  readonly gtd?: Expiry
  readonly type?: string
  readonly stop?: number
  readonly show?: number
  readonly min?: number
  readonly postOnly?: boolean
  readonly account?: string
  readonly wait: number
  readonly json?: boolean
}

/** How the wait for an order's reports ended. */
type Outcome =
  | { kind: 'done' }
  | { kind: 'time-up' }
  | { kind: 'refused'; reason: string }
  | { kind: 'disconnected'; reason: string }

/** @throws ExchangeError EXC_ORDER_REFUSED, or why there is no session */
export async function placeOrder(
  order: Pick<NewOrder, 'side' | 'symbol' | 'orderQty' | 'price'>,
  options: OrderOptions,
): Promise<void> {
  const watch = new OrderWatch(options.json === true)
  const client = await openFixClient(options, watch.handler)
  const clOrdId = client.nextClOrdId()

  const outcome = watch.until({ clOrdId, waitMs: options.wait * 1_000 })
  client.newOrder({
    ...order,
    clOrdId,
    ...conditionsOf(options),
    timeInForce: timeInForceOf(options),
    account: options.account,
  })
  await conclude(client, await outcome, watch)
}

const conditionsOf = ({ gtd, type, stop, show, min, postOnly }: OrderOptions): OrderConditions => ({
  ordType: type === undefined ? undefined : orderTypes[type],
  stopPx: stop,
  maxFloor: show,
  minQty: min,
  execInst: postOnly === true ? POST_ONLY : undefined,
  ...gtd,
})

const timeInForceOf = ({ tif, gtd = {} }: OrderOptions): number =>
  tif === undefined ? impliedTimeInForce(gtd) : timesInForce[tif]!

async function conclude(client: FixClient, outcome: Outcome, watch: OrderWatch): Promise<void> {
  if (outcome.kind === 'disconnected') throw refused(`the exchange closed: ${outcome.reason}`)
  await client.logout()
  if (outcome.kind === 'refused') throw refused(outcome.reason)
  if (outcome.kind === 'time-up' && watch.reports === 0) {
    throw refused('no report came in time; --wait gives it longer')
  }
}

const refused = (reason: string) => new ExchangeError(ErrorCode.OrderRefused, reason)

/** Prints what comes in and looks out for the end of one order. */
class OrderWatch {
  readonly handler: FixClientHandler
  /** Reports of the order so far. */
  reports = 0
  readonly #json: boolean
  #clOrdId = ''
  #settle: (outcome: Outcome) => void = () => undefined

  constructor(json: boolean) {
    this.#json = json
    this.handler = {
      onReport: (report) => this.#onReport(report),
      onBusinessReject: (reject) => {
        this.#print(describeBusinessReject(reject), () => reportJson('businessReject', reject))
        this.#settle({ kind: 'refused', reason: reject.text ?? 'refused' })
      },
      onReject: (message) => this.#settle({ kind: 'refused', reason: describeReject(message) }),
      onDisconnect: (reason) => this.#settle({ kind: 'disconnected', reason }),
    }
  }

  until({ clOrdId, waitMs }: { clOrdId: string; waitMs: number }): Promise<Outcome> {
    this.#clOrdId = clOrdId
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve({ kind: 'time-up' }), waitMs)
      this.#settle = (outcome) => {
        clearTimeout(timer)
        resolve(outcome)
      }
    })
  }

  #onReport(report: ExecutionReport): void {
    this.#print(describeReport(report), () => reportJson('executionReport', report))
    if (report.clOrdId !== this.#clOrdId) return

    this.reports++
    if (isRejected(report)) {
      this.#settle({ kind: 'refused', reason: report.text ?? 'order rejected' })
    } else if (isFinal(report)) {
      this.#settle({ kind: 'done' })
    }
  }

  #print(line: string, json: () => string): void {
    process.stdout.write(`${this.#json ? json() : line}\n`)
  }
}
