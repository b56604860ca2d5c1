/**
 * Bytes of one ITCH 5.0 message to a named object, for subscribers and tests. It takes bytes from
 * a network: nothing in them makes it throw.
 */
import type { ItchMessage } from './itch50.ts'
import { itch50 } from './itch50.ts'
import type { Layout } from './layout.ts'

/** A u64 that a double holds exactly has these bits of its upper half clear. */
const BEYOND_SAFE_INTEGER = 0xffe00000

/** What decoding needs of a codec, whatever its layout. */
interface AnyCodec {
  readonly layout: Layout
  readonly length: number
  readonly offsets: Readonly<Record<string, number>>
  decode(view: DataView, at: number): object
}

interface Decoder {
  readonly type: string
  readonly codec: AnyCodec
  /** Offsets of the u64 fields, which the codec asserts to be below 2^53. */
  readonly wide: readonly number[]
}

const decoders = new Map(
  Object.values<AnyCodec>(itch50).map((codec) => [typeCode(codec), decoderOf(codec)] as const),
)

/**
 * Reads the message at `at`; `length` is what the transport says. A longer message of a known
 * type is read as far as it is known (new fields come at the end).
 * @returns undefined for an unknown type, a message shorter than its type, or a number of 2^53
 * and more
 */
export function decodeItch(view: DataView, at: number, length: number): ItchMessage | undefined {
  if (length === 0) return undefined
  const decoder = decoders.get(view.getUint8(at))
  if (decoder === undefined || length < decoder.codec.length) return undefined

  for (const offset of decoder.wide) {
    if ((view.getUint32(at + offset) & BEYOND_SAFE_INTEGER) !== 0) return undefined
  }
  return { type: decoder.type, ...decoder.codec.decode(view, at) } as ItchMessage
}

function typeCode(codec: AnyCodec): number {
  return String(codec.layout.type).charCodeAt(0)
}

function decoderOf(codec: AnyCodec): Decoder {
  const wide = codec.layout.fields
    .filter(([, type]) => type.kind === 'u64')
    .map(([name]) => codec.offsets[name]!)
  return { type: String(codec.layout.type), codec, wide }
}
