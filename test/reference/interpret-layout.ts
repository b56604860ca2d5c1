/**
 * A layout read and written field by field in the plainest way: the oracle that the compiled
 * codecs are compared with. BigInt and loops instead of anything clever.
 */
import type { FieldType, Framing, Layout } from '../../src/wire/index.ts'

export type Message = Record<string, number | string>

export function interpretEncode(layout: Layout, framing: Framing, message: Message): Uint8Array {
  const bytes = new Uint8Array(lengthOf(layout, framing))
  if (framing.typeAt !== undefined) bytes[framing.typeAt] = String(layout.type).charCodeAt(0)

  let at = framing.start
  for (const [name, type] of layout.fields) {
    const field = encodeField(type, message[name]!, framing)
    bytes.set(field, at)
    at += type.bytes
  }
  return bytes
}

export function interpretDecode(layout: Layout, framing: Framing, bytes: Uint8Array): Message {
  const message: Message = {}
  let at = framing.start
  for (const [name, type] of layout.fields) {
    message[name] = decodeField(type, bytes.slice(at, at + type.bytes), framing)
    at += type.bytes
  }
  return message
}

export function lengthOf(layout: Layout, framing: Framing): number {
  return layout.fields.reduce((sum, [, type]) => sum + type.bytes, framing.start)
}

function encodeField(type: FieldType, value: number | string, framing: Framing): number[] {
  switch (type.kind) {
    case 'char':
      return [String(value).charCodeAt(0)]
    case 'alpha':
      return [...Buffer.from(String(value).padEnd(type.bytes, ' '))]
    case 'text':
      return [...Buffer.from(String(value).padEnd(type.bytes, '\0'))]
    default:
      return encodeInteger(BigInt(value), type.bytes, framing)
  }
}

function encodeInteger(value: bigint, bytes: number, { byteOrder }: Framing): number[] {
  const unsigned = BigInt.asUintN(bytes * 8, value)
  const little = Array.from({ length: bytes }, (_, i) =>
    Number((unsigned >> BigInt(i * 8)) & 0xffn),
  )
  return byteOrder === 'little' ? little : little.reverse()
}

function decodeField(type: FieldType, bytes: Uint8Array, framing: Framing): number | string {
  switch (type.kind) {
    case 'char':
      return String.fromCharCode(bytes[0]!)
    case 'alpha':
      return Buffer.from(bytes).toString('latin1').replace(/ +$/, '')
    case 'text':
      return Buffer.from(bytes).toString('latin1').replace(/\0+$/, '')
    default:
      return decodeInteger(type, bytes, framing)
  }
}

function decodeInteger(type: FieldType, bytes: Uint8Array, { byteOrder }: Framing): number {
  const big = byteOrder === 'big' ? [...bytes] : [...bytes].reverse()
  const unsigned = big.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n)
  return Number(type.kind === 'i32' ? BigInt.asIntN(32, unsigned) : unsigned)
}
