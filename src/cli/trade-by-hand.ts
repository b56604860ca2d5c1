/**
 * What `buttonwood client` does: reads commands line by line, sends them, prints every answer as it
 * comes. At the end of the input it waits for answers that are still due, then logs out.
 */
import { createInterface } from 'node:readline'
import type { ExecutionReport, FixClient, FixClientHandler } from '../client/index.ts'
import { ErrorCode, ExchangeError } from '../runtime/index.ts'
import type { ClientCommand } from './client-command.ts'
import { CLIENT_HELP, parseClientCommand } from './client-command.ts'
import type { FixLoginOptions } from './open-fix-client.ts'
import { openFixClient } from './open-fix-client.ts'
import {
  describeBusinessReject,
  describeCancelReject,
  describeOpenOrder,
  describeReject,
  describeReport,
  isFinal,
} from './print-report.ts'
import { restate } from './restate-order.ts'

const ANSWERS_WAIT_MS = 5_000
const PROMPT = '> '

/** Resolves when the user has left. @throws ExchangeError when the exchange ends the session */
export async function tradeByHand(options: FixLoginOptions): Promise<void> {
  const desk = new TradingDesk()
  const client = await openFixClient(options, desk.handler)
  desk.begin(client, options.session)
  await desk.done
  if (desk.lost !== undefined) throw new ExchangeError(ErrorCode.FixLogon, desk.lost)
  await client.logout()
}

class TradingDesk {
  readonly handler: FixClientHandler
  /** Resolves at the end of the input with all answers in, at `quit`, or when the session ends. */
  readonly done: Promise<void>
  /** Why the exchange ended the session. */
  lost: string | undefined

  #client!: FixClient
  #lines: ReturnType<typeof createInterface> | undefined
  #end: () => void = () => undefined
  /** Live orders by their last accepted ClOrdID(11). */
  readonly #orders = new Map<string, ExecutionReport>()
  /** Requests without an answer. */
  readonly #unanswered = new Set<string>()
  #inputEnded = false

  constructor() {
    this.done = new Promise((resolve) => (this.#end = resolve))
    this.handler = {
      onReport: (report) => this.#onReport(report),
      onCancelReject: (reject) => this.#answered(reject.clOrdId, describeCancelReject(reject)),
      onBusinessReject: (reject) =>
        this.#answered(reject.businessRejectRefId, describeBusinessReject(reject)),
      onReject: (message) => this.#answered(undefined, describeReject(message)),
      onDisconnect: (reason) => {
        this.lost = reason
        this.#leave()
      },
    }
  }

  begin(client: FixClient, session: string): void {
    this.#client = client
    this.#print(`logged on as ${session}; help lists the commands`)
    const terminal = process.stdin.isTTY
    this.#lines = createInterface({ input: process.stdin, output: process.stdout, terminal })
    this.#lines.setPrompt(terminal ? PROMPT : '')
    this.#lines.on('line', (line) => {
      this.#run(parseClientCommand(line))
      this.#lines?.prompt()
    })
    this.#lines.on('close', () => this.#onInputEnd())
    this.#lines.prompt()
  }

  #run(command: ClientCommand): void {
    switch (command.kind) {
      case 'order':
        return this.#enter(command)
      case 'cancel':
        return this.#cancel(command.id)
      case 'replace':
        return this.#replace(command)
      case 'orders':
        return this.#printOrders()
      case 'help':
        return this.#print(CLIENT_HELP)
      case 'quit':
        return this.#leave()
      case 'problem':
        return this.#print(command.text)
      case 'nothing':
        return
    }
  }

  #enter(order: ClientCommand & { kind: 'order' }): void {
    this.#client.newOrder({ ...order, clOrdId: this.#nextId() })
  }

  #cancel(id: string): void {
    const order = this.#find(id)
    if (order === undefined) return
    const { symbol, side } = order
    this.#client.cancel({
      clOrdId: this.#nextId(),
      origClOrdId: order.clOrdId,
      symbol,
      side: side.charCodeAt(0),
    })
  }

  #replace(command: ClientCommand & { kind: 'replace' }): void {
    const order = this.#find(command.id)
    if (order === undefined) return
    this.#client.replace({ ...restate(order, command), clOrdId: this.#nextId() })
  }

  #nextId(): string {
    const id = this.#client.nextClOrdId()
    this.#unanswered.add(id)
    return id
  }

  #find(id: string): ExecutionReport | undefined {
    const order = this.#orders.get(id)
    if (order === undefined) this.#print(`no live order ${id}; orders lists them`)
    return order
  }

  #onReport(report: ExecutionReport): void {
    if (report.origClOrdId !== undefined) this.#orders.delete(report.origClOrdId)
    if (isFinal(report)) this.#orders.delete(report.clOrdId)
    else this.#orders.set(report.clOrdId, report)
    this.#answered(report.clOrdId, describeReport(report))
  }

  #answered(clOrdId: string | undefined, line: string): void {
    this.#print(line)
    if (clOrdId === undefined) this.#unanswered.clear()
    else this.#unanswered.delete(clOrdId)
    if (this.#inputEnded && this.#unanswered.size === 0) this.#end()
  }

  #printOrders(): void {
    if (this.#orders.size === 0) return this.#print('no live orders')
    for (const order of this.#orders.values()) this.#print(describeOpenOrder(order))
  }

  #onInputEnd(): void {
    this.#inputEnded = true
    if (this.#unanswered.size === 0) return this.#end()
    setTimeout(() => this.#end(), ANSWERS_WAIT_MS).unref()
  }

  #leave(): void {
    this.#unanswered.clear()
    this.#lines?.close()
    this.#end()
  }

  /** Above the prompt, which stands again below. */
  #print(text: string): void {
    if (!process.stdin.isTTY) return void process.stdout.write(`${text}\n`)
    process.stdout.write(`\r\u001b[K${text}\n`)
    this.#lines?.prompt(true)
  }
}
