/**
 * The HTTP port: is the process alive, is the exchange ready, and its numbers in Prometheus text. What it
 * answers itself only reads; the admin API has its paths on the same port.
 */
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Logger, Metrics } from '../runtime/index.ts'
import { listen } from '../runtime/index.ts'

/** Paths that somebody else answers. */
export interface MountedRoutes {
  /** Whether a request's path is one of them. */
  readonly serves: (url: string) => boolean
  /** Answers; it never rejects. */
  readonly answer: (request: IncomingMessage, response: ServerResponse) => Promise<void>
}

/** A request line and headers longer than this are refused. */
const HEADER_BYTES_MAX = 4096
const REQUEST_TIMEOUT_MS = 5000
const CONNECTIONS_MAX = 64

export interface StatusServerOptions {
  readonly host: string
  /** 0 takes any free port. */
  readonly port: number
  readonly metrics: Metrics
  readonly logger: Logger
  /** What /readyz tells: whether everything accepts, and the state of the parts for people. */
  readonly state: () => { readonly ready: boolean; readonly [part: string]: unknown }
  readonly admin?: MountedRoutes
}

export class StatusServer {
  private readonly server: Server
  private readonly options: StatusServerOptions

  private constructor(options: StatusServerOptions) {
    this.options = options
    this.server = createServer({ maxHeaderSize: HEADER_BYTES_MAX }, (request, response) => {
      // `answer` turns every failure into a 500 itself.
      void this.answer(request, response)
    })
    this.server.requestTimeout = REQUEST_TIMEOUT_MS
    this.server.headersTimeout = REQUEST_TIMEOUT_MS
    this.server.maxConnections = CONNECTIONS_MAX
  }

  /** @throws ExchangeError PortInUse */
  static async open(options: StatusServerOptions): Promise<StatusServer> {
    const status = new StatusServer(options)
    const { host, port, logger } = options
    await listen(status.server, { host, port, name: 'HTTP port', setting: 'http.port', logger })
    return status
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.server.close(resolve))
    this.server.closeAllConnections()
    await closed
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method, url = '' } = request
    const { admin } = this.options
    if (admin?.serves(url)) return admin.answer(request, response)
    if (method !== 'GET' && method !== 'HEAD') return reply(response, 405, 'only GET')
    switch (url) {
      case '/livez':
        return reply(response, 200, 'alive')
      case '/readyz':
        return this.answerReady(response)
      case '/metrics':
        return this.answerMetrics(response)
      default:
        return reply(response, 404, 'there are /livez, /readyz and /metrics')
    }
  }

  private answerReady(response: ServerResponse): void {
    const state = this.options.state()
    reply(response, state.ready ? 200 : 503, JSON.stringify(state), 'application/json')
  }

  private async answerMetrics(response: ServerResponse): Promise<void> {
    const { metrics } = this.options
    try {
      reply(response, 200, await metrics.text(), metrics.contentType)
    } catch {
      reply(response, 500, 'the metrics could not be read')
    }
  }
}

function reply(response: ServerResponse, status: number, body: string, type = 'text/plain'): void {
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' })
  response.end(`${body.trimEnd()}\n`)
}
