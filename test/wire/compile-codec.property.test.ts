import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { FieldType, Framing, Layout } from '../../src/wire/index.ts'
import {
  alpha,
  char,
  compileCodec,
  i32,
  text,
  u16,
  u32,
  u48,
  u64,
  u8,
} from '../../src/wire/index.ts'
import type { Message } from '../reference/interpret-layout.ts'
import { interpretDecode, interpretEncode, lengthOf } from '../reference/interpret-layout.ts'

const printable = (max: number) =>
  fc
    .array(fc.integer({ min: 0x21, max: 0x7e }), { maxLength: max })
    .map((codes) => String.fromCharCode(...codes))

function valueOf(type: FieldType): fc.Arbitrary<number | string> {
  switch (type.kind) {
    case 'u8':
      return fc.integer({ min: 0, max: 0xff })
    case 'u16':
      return fc.integer({ min: 0, max: 0xffff })
    case 'u32':
      return fc.integer({ min: 0, max: 0xffffffff })
    case 'i32':
      return fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })
    case 'u48':
      return fc.oneof(fc.integer({ min: 0, max: 2 ** 48 - 1 }), fc.constant(2 ** 48 - 1))
    case 'u64':
      return fc.oneof(fc.maxSafeNat(), fc.constant(Number.MAX_SAFE_INTEGER))
    case 'char':
      return fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code))
    case 'alpha':
    case 'text':
      return printable(type.bytes)
  }
}

const fieldType = fc.oneof(
  fc.constantFrom<FieldType>(u8, u16, u32, i32, u48, u64, char),
  fc.integer({ min: 1, max: 20 }).map(alpha),
  fc.integer({ min: 1, max: 20 }).map(text),
)

const framing: fc.Arbitrary<Framing> = fc.oneof(
  fc.constant({ byteOrder: 'big', start: 1, typeAt: 0 } as const),
  fc.constant({ byteOrder: 'big', start: 0 } as const),
  fc.constant({ byteOrder: 'little', start: 8 } as const),
)

const sample = fc
  .record({ types: fc.array(fieldType, { minLength: 1, maxLength: 12 }), framing })
  .chain(({ types, framing }) => {
    const fields = types.map((type, i) => [`field${i}`, type] as const)
    const layout: Layout = { name: 'Sample', type: 'Z', fields }
    const values = fc.record(
      Object.fromEntries(fields.map(([name, type]) => [name, valueOf(type)])),
    )
    return fc.record({
      layout: fc.constant(layout),
      framing: fc.constant(framing),
      message: values as fc.Arbitrary<Message>,
      at: fc.integer({ min: 0, max: 9 }),
    })
  })

/** The compiled codec of a layout that only the run knows. */
interface AnyCodec {
  readonly length: number
  encode(view: DataView, at: number, message: Message): void
  decode(view: DataView, at: number): Message
  flyweight(): Message & { wrap(view: DataView, at: number): void }
}
const compile = (layout: Layout, framing: Framing): AnyCodec =>
  compileCodec(layout, framing) as unknown as AnyCodec

describe('a compiled codec does what the plain interpreter does', () => {
  it('when it encodes, in the same bytes and no others', () => {
    fc.assert(
      fc.property(sample, ({ layout, framing, message, at }) => {
        const codec = compile(layout, framing)
        const length = lengthOf(layout, framing)
        const bytes = new Uint8Array(at + length + 5)

        codec.encode(new DataView(bytes.buffer), at, message)

        expect(codec.length).toBe(length)
        expect(bytes.slice(at, at + length)).toEqual(interpretEncode(layout, framing, message))
        expect([...bytes.slice(0, at), ...bytes.slice(at + length)].every((b) => b === 0)).toBe(
          true,
        )
      }),
      { numRuns: 300 },
    )
  })

  it('when it decodes', () => {
    fc.assert(
      fc.property(sample, ({ layout, framing, message, at }) => {
        const bytes = interpretEncode(layout, framing, message)
        const shifted = new Uint8Array(at + bytes.length)
        shifted.set(bytes, at)

        const decoded = compile(layout, framing).decode(new DataView(shifted.buffer), at)

        expect(decoded).toEqual(interpretDecode(layout, framing, bytes))
        expect(decoded).toEqual(message)
      }),
      { numRuns: 300 },
    )
  })

  it('through a flyweight that reads and writes in place, with characters as codes', () => {
    fc.assert(
      fc.property(sample, ({ layout, framing, message, at }) => {
        const codec = compile(layout, framing)
        const bytes = new Uint8Array(at + codec.length)
        const view = new DataView(bytes.buffer)
        const window = codec.flyweight()
        window.wrap(view, at)

        for (const [name, type] of layout.fields) {
          window[name] = type.kind === 'char' ? String(message[name]).charCodeAt(0) : message[name]!
        }

        expect(codec.decode(view, at)).toEqual(message)
        for (const [name, type] of layout.fields) {
          const expected =
            type.kind === 'char' ? String(message[name]).charCodeAt(0) : message[name]
          expect(window[name]).toEqual(expected)
        }
      }),
      { numRuns: 300 },
    )
  })

  it('and refuses a number that a double cannot hold', () => {
    const codec = compileCodec(
      { name: 'Wide', type: 'Z', fields: [['wide', u64]] },
      {
        byteOrder: 'big',
        start: 0,
      },
    )
    const view = new DataView(new ArrayBuffer(8))
    view.setBigUint64(0, 2n ** 53n)

    expect(() => codec.decode(view, 0)).toThrow('u64 field below 2^53')
  })
})
