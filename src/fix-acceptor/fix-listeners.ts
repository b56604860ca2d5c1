/**
 * The TCP ports of the acceptor: plain, and TLS where it is configured. What they hand on is a
 * connected socket, and for TLS the fingerprint of the certificate that the client proved.
 */
import type { AddressInfo, Server, Socket } from 'node:net'
import { createServer } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { createServer as createTlsServer } from 'node:tls'
import type { Logger } from '../runtime/index.ts'
import { listen } from '../runtime/index.ts'
import { readShared } from './shared-read-buffer.ts'

export interface TlsPort {
  readonly port: number
  /** PEM. */
  readonly cert: string
  readonly key: string
  /** Who signs clients' certificates, PEM; without it none is asked for. */
  readonly ca?: string | undefined
  /** A client without a certificate of `ca` is not heard. */
  readonly requireClientCert: boolean
}

export interface ListenerOptions {
  readonly host: string
  readonly port: number
  readonly tls?: TlsPort | undefined
  readonly connectionsMax: number
  /** From connect to the end of the TLS handshake. */
  readonly handshakeMs: number
  readonly logger: Logger
  readonly onSocket: (socket: Socket, clientCertificate?: string) => void
  /** A connection above `connectionsMax` was closed. */
  readonly onDropped: () => void
}

export class FixListeners {
  private readonly options: ListenerOptions
  private readonly servers: Server[] = []

  constructor(options: ListenerOptions) {
    this.options = options
  }

  /** Ports in use, once listening; 0 = none. */
  get port(): number {
    return portOf(this.servers[0])
  }

  get tlsPort(): number {
    return portOf(this.servers[1])
  }

  /** @throws ExchangeError PortInUse */
  async listen(): Promise<void> {
    const { port, tls, onSocket } = this.options
    const plain = createServer({ noDelay: true, pauseOnConnect: true }, (socket) =>
      onSocket(readShared(socket)),
    )
    await this.open(plain, 'fix.port', port)
    if (tls !== undefined) await this.open(this.tlsServer(tls), 'fix.tls.port', tls.port)
  }

  close(): void {
    for (const server of this.servers) server.close()
  }

  private tlsServer({ cert, key, ca, requireClientCert }: TlsPort): Server {
    const { handshakeMs, onSocket } = this.options
    const trust = ca === undefined ? {} : { ca, requestCert: true }
    const server = createTlsServer(
      {
        cert,
        key,
        ...trust,
        rejectUnauthorized: requireClientCert,
        minVersion: 'TLSv1.2',
        handshakeTimeout: handshakeMs,
        noDelay: true,
      },
      (socket) => onSocket(socket, fingerprintOf(socket)),
    )
    // The handshake's own timeout reports and leaves the socket open.
    server.on('tlsClientError', (_, socket) => socket.destroy())
    return server
  }

  private async open(server: Server, setting: 'fix.port' | 'fix.tls.port', port: number) {
    const { host, connectionsMax, onDropped, logger } = this.options
    server.maxConnections = connectionsMax
    server.on('drop', onDropped)
    const name = setting === 'fix.port' ? 'FIX port' : 'FIX port for TLS'
    await listen(server, { host, port, name, setting, logger })
    this.servers.push(server)
  }
}

const portOf = (server: Server | undefined): number =>
  (server?.address() as AddressInfo | null | undefined)?.port ?? 0

/** SHA-256 of a certificate that `ca` signed, as `AB:CD:…`; undefined when there is none. */
const fingerprintOf = (socket: TLSSocket): string | undefined =>
  socket.authorized ? socket.getPeerX509Certificate()?.fingerprint256 : undefined
