/**
 * How the bytes of a transcript get from a counterparty to the venue and back: whole, or cut as a
 * network may cut them. A call ends when everything has arrived.
 */
export interface TranscriptWire {
  /** @param arrived what the venue does with each piece */
  toVenue(bytes: Uint8Array, arrived: (piece: Uint8Array) => void): Promise<void>
  /** @returns what the counterparty received */
  toCounterparty(bytes: Uint8Array): Promise<Uint8Array>
  /** One end closes, and the other has seen it. */
  close(by: 'venue' | 'counterparty'): Promise<void>
}

/** Makes the wire of one connection. */
export type Carrier = () => Promise<TranscriptWire>

export const inWholeMessages: Carrier = () => inPieces(() => Infinity)

export const byteByByte: Carrier = () => inPieces(() => 1)

/** @param nextLength bytes of the next piece */
export function inPieces(nextLength: () => number): Promise<TranscriptWire> {
  return Promise.resolve({
    toVenue(bytes, arrived) {
      for (let at = 0; at < bytes.length;) {
        const end = Math.min(bytes.length, at + nextLength())
        arrived(bytes.slice(at, end))
        at = end
      }
      return Promise.resolve()
    },
    toCounterparty: (bytes) => Promise.resolve(bytes),
    close: () => Promise.resolve(),
  })
}
