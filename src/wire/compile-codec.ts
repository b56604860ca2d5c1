/**
 * Turns a layout into straight-line DataView code once at start-up: as fast as code written by
 * hand, where interpreting the table costs three times as much. The only file that may use
 * `new Function`; it takes layouts from our own source and no other input. The plain interpreter
 * that a property test compares it with is test/reference/interpret-layout.ts.
 */
import { assert } from '../domain/index.ts'
import type { Codec, FieldType, FlyweightOf, Framing, Layout, OffsetsOf } from './layout.ts'

export function compileCodec<const L extends Layout>(layout: L, framing: Framing): Codec<L> {
  const little = framing.byteOrder === 'little'
  const offsets: Record<string, number> = {}
  let length = framing.start
  for (const [name, type] of layout.fields) {
    assert(/^[a-z][A-Za-z0-9]*$/.test(name), `field name ${name}`)
    offsets[name] = length
    length += type.bytes
  }

  const fields = layout.fields.map(([name, type]) => ({ name, type, offset: offsets[name]! }))
  const typeLine =
    framing.typeAt === undefined
      ? ''
      : `view.setUint8(at + ${framing.typeAt}, ${String(layout.type).charCodeAt(0)});`
  const encodeLines = fields.map((f) =>
    write(f.type, `at + ${f.offset}`, `message.${f.name}`, little),
  )
  const decodeLines = fields.map(
    (f) => `${f.name}: ${readObject(f.type, `at + ${f.offset}`, little)}`,
  )
  const properties = fields.map(
    (f) => `
    get ${f.name}() { const view = this.view; return ${read(f.type, `this.at + ${f.offset}`, little)} }
    set ${f.name}(value) { const view = this.view; ${write(numeric(f.type), `this.at + ${f.offset}`, 'value', little)} }`,
  )

  const source = `
    const { readText, writeText, checked } = helpers
    class Flyweight {
      view = null
      at = 0
      wrap(view, at) { this.view = view; this.at = at }
      ${properties.join('')}
    }
    return {
      encode(view, at, message) { ${typeLine} ${encodeLines.join(' ')} },
      decode(view, at) { return { ${decodeLines.join(', ')} } },
      flyweight() { return new Flyweight() },
    }`
  // The source is made of our own layouts only.
  // oxlint-disable-next-line typescript/no-implied-eval
  const compiled = new Function('helpers', source)(helpers) as Pick<
    Codec<L>,
    'encode' | 'decode'
  > & {
    flyweight(): FlyweightOf<L>
  }
  return { layout, length, offsets: offsets as OffsetsOf<L>, ...compiled }
}

/** In a flyweight a char is its code. */
function numeric(type: FieldType): FieldType {
  return type.kind === 'char' ? { kind: 'u8', bytes: 1 } : type
}

function readObject(type: FieldType, at: string, little: boolean): string {
  return type.kind === 'char' ? `String.fromCharCode(view.getUint8(${at}))` : read(type, at, little)
}

function read({ kind, bytes }: FieldType, at: string, little: boolean): string {
  switch (kind) {
    case 'u8':
    case 'char':
      return `view.getUint8(${at})`
    case 'u16':
      return `view.getUint16(${at}, ${little})`
    case 'u32':
      return `view.getUint32(${at}, ${little})`
    case 'i32':
      return `view.getInt32(${at}, ${little})`
    case 'u48':
      return little
        ? `view.getUint16(${at} + 4, true) * 4294967296 + view.getUint32(${at}, true)`
        : `view.getUint16(${at}) * 4294967296 + view.getUint32(${at} + 2)`
    case 'u64':
      return little
        ? `checked(view.getUint32(${at} + 4, true) * 4294967296 + view.getUint32(${at}, true))`
        : `checked(view.getUint32(${at}) * 4294967296 + view.getUint32(${at} + 4))`
    case 'alpha':
    case 'text':
      return `readText(view, ${at}, ${bytes}, ${padding(kind)})`
  }
}

function write({ kind, bytes }: FieldType, at: string, value: string, little: boolean): string {
  switch (kind) {
    case 'u8':
      return `view.setUint8(${at}, ${value});`
    case 'char':
      return `view.setUint8(${at}, ${value}.charCodeAt(0));`
    case 'u16':
      return `view.setUint16(${at}, ${value}, ${little});`
    case 'u32':
      return `view.setUint32(${at}, ${value}, ${little});`
    case 'i32':
      return `view.setInt32(${at}, ${value}, ${little});`
    case 'u48':
      return little
        ? `view.setUint32(${at}, ${value} >>> 0, true); view.setUint16(${at} + 4, ${value} / 4294967296, true);`
        : `view.setUint16(${at}, ${value} / 4294967296); view.setUint32(${at} + 2, ${value} >>> 0);`
    case 'u64':
      return little
        ? `view.setUint32(${at}, ${value} >>> 0, true); view.setUint32(${at} + 4, ${value} / 4294967296, true);`
        : `view.setUint32(${at}, ${value} / 4294967296); view.setUint32(${at} + 4, ${value} >>> 0);`
    case 'alpha':
    case 'text':
      return `writeText(view, ${at}, ${bytes}, ${value}, ${padding(kind)});`
  }
}

const padding = (kind: 'alpha' | 'text'): number => (kind === 'alpha' ? 0x20 : 0)

const helpers = {
  checked(value: number): number {
    assert(value <= Number.MAX_SAFE_INTEGER, 'u64 field below 2^53')
    return value
  },

  readText(view: DataView, at: number, bytes: number, pad: number): string {
    let end = bytes
    while (end > 0 && view.getUint8(at + end - 1) === pad) end--
    let result = ''
    for (let i = 0; i < end; i++) result += String.fromCharCode(view.getUint8(at + i))
    return result
  },

  writeText(view: DataView, at: number, bytes: number, value: string, pad: number): void {
    assert(value.length <= bytes, `text of at most ${bytes} characters`)
    for (let i = 0; i < value.length; i++) view.setUint8(at + i, value.charCodeAt(i))
    for (let i = value.length; i < bytes; i++) view.setUint8(at + i, pad)
  },
}
