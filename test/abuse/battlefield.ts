/**
 * The real exchange as a process, a client that trades on it as if nothing happened, and what its
 * operators see: memory and the counts of its limits.
 */
import { RawFix, utc } from '../support/raw-fix.ts'
import type { ServedExchange } from '../support/running-exchange.ts'
import { ExchangeFolder } from '../support/running-exchange.ts'
import { makeCertificate } from '../support/certificates.ts'

/** Short, so that an attack that has to wait for a limit is short too. */
export const LIMITS = { logonMs: 1_000, slowReaderMs: 1_000, connectionsMax: 300 }

export class Battlefield {
  readonly folder: ExchangeFolder
  readonly exchange: ServedExchange
  private readonly citizen: RawFix
  private trades = 0

  private constructor(folder: ExchangeFolder, exchange: ServedExchange, citizen: RawFix) {
    this.folder = folder
    this.exchange = exchange
    this.citizen = citizen
  }

  static async open(): Promise<Battlefield> {
    const folder = await ExchangeFolder.make()
    const { certFile, keyFile } = makeCertificate(folder.path, 'server')
    folder.change({ fix: { limits: LIMITS, tls: { port: 0, certFile, keyFile } } })
    folder.write('sessions/MALLORY.yaml', MALLORY)
    const exchange = await folder.serve()
    const citizen = await RawFix.connect({
      port: exchange.ports.fix,
      compId: 'ACME',
      password: 'acme',
    })
    await citizen.logOn()
    return new Battlefield(folder, exchange, citizen)
  }

  /** @returns exit code of the exchange */
  async close(): Promise<number | null> {
    await this.citizen.logOut()
    const { exitCode } = await this.exchange.stop()
    return exitCode
  }

  mallory(numbers: { next?: number; expected?: number } = {}): Promise<RawFix> {
    const { fix: port } = this.exchange.ports
    return RawFix.connect({ port, compId: 'MALLORY', password: 'mallory', ...numbers })
  }

  /**
   * The citizen enters and cancels orders for as long as an attack takes; every answer must come,
   * in order, on the one connection.
   * @returns what the attack came to
   */
  async under<T>(attack: Promise<T>): Promise<T> {
    let isOver = false
    const ended = attack.finally(() => (isOver = true))
    // Told by `await ended` below.
    ended.catch(() => undefined)
    do await this.tradeOnce()
    while (!isOver)
    await this.tradeOnce()
    return ended
  }

  /** Resident memory in MiB. */
  async memory(): Promise<number> {
    return (await this.metric('process_resident_memory_bytes')) / 2 ** 20
  }

  /** How often a limit was reached. */
  reached(limit: string): Promise<number> {
    return this.metric(`fix_limits_reached_total{limit="${limit}"}`)
  }

  async metric(name: string): Promise<number> {
    const response = await fetch(`http://127.0.0.1:${this.exchange.ports.http}/metrics`)
    const line = (await response.text())
      .split('\n')
      .find((text) => text.startsWith(`buttonwood_${name} `))
    return Number(line?.split(' ').at(-1))
  }

  private async tradeOnce(): Promise<void> {
    const id = `T${++this.trades}`
    const common = `55=AAPL|54=1|38=100|60=${utc()}`
    this.citizen.say(`35=D|11=${id}|40=2|44=150.00|${common}`)
    await this.expectReport('0')
    this.citizen.say(`35=F|41=${id}|11=C${id}|${common}`)
    await this.expectReport('4')
  }

  private async expectReport(execType: string): Promise<void> {
    const report = await this.citizen.hear()
    if (!report.includes(`|150=${execType}|`)) throw new Error(`not 150=${execType}: ${report}`)
  }
}

const MALLORY = `senderCompId: MALLORY
firm: MALLORY
password: plain:mallory
cancelOnDisconnect: disconnect
`
