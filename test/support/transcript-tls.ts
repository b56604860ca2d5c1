/** Carries transcripts through TLS: real sockets of this machine, one server for all connections. */
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import type { Server, TLSSocket } from 'node:tls'
import { connect, createServer } from 'node:tls'
import type { Certificate } from './certificates.ts'
import type { TranscriptWire } from './transcript-wire.ts'

const HOST = '127.0.0.1'

export class TlsCarrier {
  readonly #server: Server
  readonly #certificate: Buffer

  private constructor(server: Server, certificate: Buffer) {
    this.#server = server
    this.#certificate = certificate
  }

  static async listen({ certFile, keyFile }: Certificate): Promise<TlsCarrier> {
    const cert = readFileSync(certFile)
    const server = createServer({ cert, key: readFileSync(keyFile), noDelay: true })
    server.listen(0, HOST)
    await once(server, 'listening')
    return new TlsCarrier(server, cert)
  }

  async connect(): Promise<TranscriptWire> {
    const { port } = this.#server.address() as AddressInfo
    const accepted = once(this.#server, 'secureConnection') as Promise<[TLSSocket]>
    const counterparty = connect({ host: HOST, port, ca: this.#certificate })
    counterparty.setNoDelay(true)
    const [[venue]] = await Promise.all([accepted, once(counterparty, 'secureConnect')])
    return new TlsWire(counterparty, venue)
  }

  close(): void {
    this.#server.close()
  }
}

class TlsWire implements TranscriptWire {
  readonly #counterparty: TLSSocket
  readonly #venue: TLSSocket

  constructor(counterparty: TLSSocket, venue: TLSSocket) {
    this.#counterparty = counterparty
    this.#venue = venue
  }

  async toVenue(bytes: Uint8Array, arrived: (piece: Uint8Array) => void): Promise<void> {
    await carry(bytes, this.#counterparty, this.#venue, arrived)
  }

  async toCounterparty(bytes: Uint8Array): Promise<Uint8Array> {
    const pieces: Uint8Array[] = []
    await carry(bytes, this.#venue, this.#counterparty, (piece) => pieces.push(piece))
    return Buffer.concat(pieces)
  }

  async close(by: 'venue' | 'counterparty'): Promise<void> {
    const [from, to] =
      by === 'venue' ? [this.#venue, this.#counterparty] : [this.#counterparty, this.#venue]
    from.end()
    await once(to.resume(), 'end')
    from.destroy()
    to.destroy()
  }
}

/** Ends when all bytes are there; rejects when the connection closes before. */
function carry(
  bytes: Uint8Array,
  from: TLSSocket,
  to: TLSSocket,
  arrived: (piece: Uint8Array) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let missing = bytes.length
    const onClose = () => reject(new Error(`closed with ${missing} bytes on their way`))
    const onData = (piece: Uint8Array) => {
      arrived(piece)
      missing -= piece.length
      if (missing > 0) return
      to.pause().off('data', onData).off('close', onClose)
      resolve()
    }
    to.on('data', onData).on('close', onClose).resume()
    from.write(bytes)
  })
}
