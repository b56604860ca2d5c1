/**
 * All plain connections read into one buffer. What a socket reads is taken in whole within its callback
 * (FixReader copies what it keeps), and a buffer of its own for every read makes the garbage collector
 * mark the whole heap for each 64 MB that clients send: pauses of up to 16 ms, several a second in a flood.
 *
 * Node offers this (`onread`) for sockets that connect, not for those that a server accepts, so the
 * accepted socket's handle is given to a socket that is made with the option. Where a version of Node
 * has no such handle, the accepted socket is used as it is.
 */
import { Socket } from 'node:net'

const READ_BYTES = 65_536

/** What Node keeps behind an accepted socket. */
interface Accepted {
  _handle: { useUserBuffer?: unknown } | null
  /** Counts its connections by it. */
  _server: unknown
}

const buffer = new Uint8Array(READ_BYTES)

/** @param accepted by a server with `pauseOnConnect`: nothing was read yet */
export function readShared(accepted: Socket): Socket {
  const behind = accepted as unknown as Accepted
  const handle = behind._handle
  if (typeof handle?.useUserBuffer !== 'function') return accepted.resume()

  const callback = (bytes: number, into: Uint8Array): boolean => {
    socket.emit('data', into.subarray(0, bytes))
    return true
  }
  const options = { handle, onread: { buffer, callback } }
  const socket = new Socket(options as ConstructorParameters<typeof Socket>[0])
  const ahead = socket as unknown as Accepted
  ahead._server = behind._server
  behind._handle = null
  behind._server = null
  return socket.setNoDelay(true).resume()
}
