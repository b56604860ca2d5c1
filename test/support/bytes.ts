/** Bytes as tests write and cut them. */

export const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

/** Spaces are for the reader. */
export const ofHex = (text: string): Uint8Array =>
  new Uint8Array(Buffer.from(text.replaceAll(/\s/g, ''), 'hex'))

/** Pieces of these lengths, and the rest. */
export function chunksOf(bytes: Uint8Array, lengths: readonly number[]): Uint8Array[] {
  const chunks: Uint8Array[] = []
  let at = 0
  for (const length of lengths) {
    chunks.push(bytes.slice(at, at + length))
    at += length
  }
  return [...chunks, bytes.slice(at)]
}
