/**
 * A layout is the code's copy of a byte format: fields in wire order, each with a type. Everything
 * else (lengths, offsets, codecs, flyweights, the tables in docs/protocols) follows from it.
 */
export type FieldKind = 'u8' | 'u16' | 'u32' | 'i32' | 'u48' | 'u64' | 'char' | 'alpha' | 'text'

export interface FieldType<Kind extends FieldKind = FieldKind> {
  readonly kind: Kind
  readonly bytes: number
}

export const u8 = { kind: 'u8', bytes: 1 } as const
export const u16 = { kind: 'u16', bytes: 2 } as const
export const u32 = { kind: 'u32', bytes: 4 } as const
export const i32 = { kind: 'i32', bytes: 4 } as const
/** Unsigned 48-bit integer: ITCH timestamps. */
export const u48 = { kind: 'u48', bytes: 6 } as const
/** Unsigned 64-bit integer on the wire, below 2^53 in the process (asserted when read). */
export const u64 = { kind: 'u64', bytes: 8 } as const
/** Price with four implied decimals: u32. */
export const price4 = u32
/** One ASCII character. */
export const char = { kind: 'char', bytes: 1 } as const
/** ASCII, left-justified, padded with spaces. */
export const alpha = (bytes: number) => ({ kind: 'alpha', bytes }) as const
/** ASCII, left-justified, padded with NUL: identifiers inside our own records. */
export const text = (bytes: number) => ({ kind: 'text', bytes }) as const

export interface Layout {
  readonly name: string
  /** ITCH type character, or record type number. */
  readonly type: string | number
  readonly fields: readonly (readonly [name: string, type: FieldType])[]
}

type Stringly = 'char' | 'alpha' | 'text'
type FieldOf<L extends Layout> = L['fields'][number]

/** The plain object of a layout: numbers, and strings for char, alpha and text. */
export type MessageOf<L extends Layout> = {
  -readonly [F in FieldOf<L> as F[0]]: F[1]['kind'] extends Stringly ? string : number
}

/** Byte offset of every field from the first byte of the message or record. */
export type OffsetsOf<L extends Layout> = { readonly [F in FieldOf<L> as F[0]]: number }

/**
 * A window on one message inside a buffer: properties read and write the bytes in place and
 * allocate nothing, except alpha and text, which are strings. `char` is its character code here.
 */
export type FlyweightOf<L extends Layout> = {
  -readonly [F in FieldOf<L> as F[0]]: F[1]['kind'] extends 'alpha' | 'text' ? string : number
} & {
  view: DataView
  at: number
  /** Points the window at the message that starts at `at`. */
  wrap(view: DataView, at: number): void
}

export interface Codec<L extends Layout> {
  readonly layout: L
  /** Bytes of the fixed part, type and header included. */
  readonly length: number
  readonly offsets: OffsetsOf<L>
  encode(view: DataView, at: number, message: MessageOf<L>): void
  decode(view: DataView, at: number): MessageOf<L>
  /** Makes a window that can be wrapped again and again. */
  flyweight(): FlyweightOf<L>
}

export interface Framing {
  readonly byteOrder: 'big' | 'little'
  /** Offset of the first field: what stands before it is written by someone else. */
  readonly start: number
  /** Where the ITCH type character stands; encode writes it, decode trusts the caller. */
  readonly typeAt?: number
}
