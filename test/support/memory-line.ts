/**
 * One TCP connection in memory. The exchange's end is a ByteSocket: it keeps a reference to what
 * the kernel has not taken yet, as net.Socket does, and the kernel has little room. The client's end
 * says when bytes arrive and how they are cut. Bytes on their way die with a broken line.
 */
import type { ByteSocket } from '../../src/fix-acceptor/index.ts'

export interface LineOwner {
  /** The exchange hands bytes to the kernel; may throw, the process ends there. */
  sending(line: MemoryLine, bytes: Uint8Array): void
  /** Runs a callback of the socket once the code at hand is through. */
  defer(run: () => void): void
}

interface Waiting {
  readonly bytes: Uint8Array
  taken: number
  readonly onWritten: () => void
}

const nothing = (): void => {}
const NO_BYTES = new Uint8Array(0)

export class MemoryLine implements ByteSocket {
  readonly remoteAddress: string
  /** CompID of the client, for reports. */
  readonly client: string
  private readonly owner: LineOwner
  private readonly kernelBytes: number
  private toServer: Uint8Array = NO_BYTES
  private toClient: Uint8Array = NO_BYTES
  private readonly waiting: Waiting[] = []
  private isPaused = false
  private serverEnd: 'open' | 'ending' | 'closed' = 'open'
  private clientEnd: 'open' | 'ended' | 'broken' | 'silent' = 'open'
  private isEndTold = false
  private onData: (chunk: Uint8Array) => void = nothing
  private onError: (error: Error) => void = nothing
  private onEnd: () => void = nothing
  private onClose: () => void = nothing

  constructor(client: string, owner: LineOwner, kernelBytes: number, from = '127.0.0.1') {
    this.remoteAddress = from
    this.client = client
    this.owner = owner
    this.kernelBytes = kernelBytes
  }

  // The exchange's end

  get writableLength(): number {
    return this.waiting.reduce((sum, { bytes, taken }) => sum + bytes.length - taken, 0)
  }

  on(event: 'data', listener: (chunk: Uint8Array) => void): void
  on(event: 'error', listener: (error: Error) => void): void
  on(event: 'end' | 'close', listener: () => void): void
  on(event: string, listener: (value: never) => void): void {
    const anyListener = listener as (value?: unknown) => void
    if (event === 'data') this.onData = anyListener
    else if (event === 'error') this.onError = anyListener
    else if (event === 'end') this.onEnd = anyListener
    else this.onClose = anyListener
  }

  write(bytes: Uint8Array, onWritten: () => void): void {
    if (this.serverEnd !== 'open') return
    this.owner.sending(this, bytes)
    this.waiting.push({ bytes, taken: 0, onWritten })
    this.moveToKernel()
  }

  end(bytes: Uint8Array): void {
    if (this.serverEnd !== 'open') return
    this.write(bytes, nothing)
    this.serverEnd = 'ending'
  }

  destroy(): void {
    if (this.serverEnd === 'closed') return
    this.serverEnd = 'closed'
    this.waiting.length = 0
    this.owner.defer(() => this.onClose())
  }

  pause(): void {
    this.isPaused = true
  }

  resume(): void {
    this.isPaused = false
  }

  // The client's end

  /** Bytes from the client that the exchange has not read. */
  get toServerBytes(): number {
    return this.toServer.length
  }

  get toClientBytes(): number {
    return this.toClient.length
  }

  /** The client has read everything and nothing more will come. */
  get isOver(): boolean {
    const isDone =
      this.serverEnd === 'closed' || (this.serverEnd === 'ending' && !this.waiting.length)
    return this.clientEnd !== 'open' || (isDone && this.toClient.length === 0)
  }

  /** The exchange has closed its end. */
  get isClosed(): boolean {
    return this.serverEnd === 'closed'
  }

  /** Nothing comes from the client and nothing reaches it, and the exchange does not know. */
  get isSilent(): boolean {
    return this.clientEnd === 'silent'
  }

  /** The exchange has something to notice here. */
  get hasNews(): boolean {
    if (this.serverEnd === 'closed' || this.isEndTold || this.isSilent) return false
    return this.clientEnd === 'broken' || (!this.isPaused && this.isSaying)
  }

  send(bytes: Uint8Array): void {
    if (!this.isSilent) this.toServer = joined(this.toServer, bytes)
  }

  /** What has arrived, at most `max` bytes of it. */
  receive(max: number): Uint8Array {
    const chunk = this.toClient.subarray(0, max)
    this.toClient = this.toClient.subarray(max)
    this.moveToKernel()
    return chunk
  }

  /** The client closes in order: what it sent arrives. */
  hangUp(): void {
    if (this.clientEnd === 'open') this.clientEnd = 'ended'
  }

  /** The client's machine is gone, or the way to it: half-open. */
  fallSilent(): void {
    this.clientEnd = 'silent'
    this.toServer = NO_BYTES
  }

  /** The network fails: what was on its way is lost in both directions. */
  break(): void {
    this.clientEnd = 'broken'
    this.toServer = NO_BYTES
    this.toClient = NO_BYTES
  }

  /** The exchange's process is gone; `survives` of 0..1 says how much of what it sent arrives. */
  serverGone(survives: number): void {
    this.serverEnd = 'closed'
    this.waiting.length = 0
    this.toServer = NO_BYTES
    this.toClient = this.toClient.slice(0, Math.round(this.toClient.length * survives))
  }

  /** The exchange's event loop looks at the socket: at most `max` bytes, or the end. */
  poll(max: number): void {
    if (!this.hasNews) return
    if (this.clientEnd === 'broken') {
      this.isEndTold = true
      this.onError(new Error('ECONNRESET: injected'))
      return
    }
    if (this.toServer.length > 0) {
      const chunk = this.toServer.subarray(0, max)
      this.toServer = this.toServer.subarray(max)
      this.onData(chunk)
      return
    }
    this.isEndTold = true
    this.onEnd()
  }

  private get isSaying(): boolean {
    return this.toServer.length > 0 || this.clientEnd === 'ended'
  }

  private moveToKernel(): void {
    for (let first = this.waiting[0]; first; first = this.waiting[0]) {
      const room = this.kernelBytes - this.toClient.length
      const chunk = first.bytes.subarray(first.taken, first.taken + room)
      this.toClient = joined(this.toClient, chunk)
      first.taken += chunk.length
      if (first.taken < first.bytes.length) return
      this.waiting.shift()
      this.owner.defer(first.onWritten)
    }
  }
}

/** Never the bytes that were given: their owner uses them again. */
function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const both = new Uint8Array(first.length + second.length)
  both.set(first)
  both.set(second, first.length)
  return both
}
