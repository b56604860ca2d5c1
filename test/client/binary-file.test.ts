import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  BINARY_FILE_END,
  BinaryFileReader,
  binaryFileRecord,
} from '../../src/client/binary-file.ts'
import { chunksOf, hex, ofHex } from '../support/bytes.ts'

/** The System Event that opens a day: length, type, locate, tracking, time, code. */
const SYSTEM_EVENT = '000c 53 0000 0000 1f1ac6d58401 4f'

const record = (message: Uint8Array): Uint8Array =>
  binaryFileRecord(new DataView(message.buffer, message.byteOffset), 0, message.length)

/** Each message as `number: bytes`, and the reader. */
function readAll(chunks: readonly Uint8Array[]) {
  const reader = new BinaryFileReader('day.itch')
  const messages: string[] = []
  for (const chunk of chunks) {
    for (const { sequence, view, at, length } of reader.read(chunk)) {
      const bytes = new Uint8Array(view.buffer, view.byteOffset + at, length)
      messages.push(`${sequence}: ${hex(bytes)}`)
    }
  }
  return { reader, messages }
}

describe('a BinaryFILE', () => {
  it('has each message behind its length, and ends with a length of 0', () => {
    const message = ofHex(SYSTEM_EVENT).subarray(2)

    expect(hex(Buffer.concat([record(message), BINARY_FILE_END]))).toBe(
      hex(ofHex(`${SYSTEM_EVENT} 0000`)),
    )
  })

  it('gives its messages numbers from 1', () => {
    const { reader, messages } = readAll([ofHex(`${SYSTEM_EVENT} 0001 41 0000`)])
    reader.end()

    expect(messages).toEqual(['1: 53000000001f1ac6d584014f', '2: 41'])
    expect(reader.complete).toBe(true)
  })

  it('without its end is read, and not complete', () => {
    const { reader, messages } = readAll([ofHex('0001 41')])
    reader.end()

    expect([messages, reader.complete]).toEqual([['1: 41'], false])
  })

  it.each([
    ['in a message', '0001 41 0003 4243', 'day.itch: message 2 is cut off, offset 3'],
    ['in a length', '0001 41 00', 'day.itch: message 2 is cut off, offset 3'],
  ])('that is cut off %s is refused with the offset', (_, bytes, error) => {
    const { reader, messages } = readAll([ofHex(bytes)])

    expect(messages).toEqual(['1: 41'])
    expect(() => reader.end()).toThrow(error)
  })

  it.each([
    ['at once', [ofHex('0001 41 0000 00')]],
    ['in the next piece', [ofHex('0001 41 0000'), ofHex('00')]],
  ])('with bytes behind its end is refused, which are read %s', (_, chunks) => {
    expect(() => readAll(chunks)).toThrow('day.itch: there are bytes behind the end, offset 5')
  })

  it('gives back what was written, however the file is cut into pieces', () => {
    const message = fc.uint8Array({ minLength: 1, maxLength: 70 })
    fc.assert(
      fc.property(fc.array(message), fc.array(fc.nat(40)), (written, cuts) => {
        const file = Buffer.concat([...written.map(record), BINARY_FILE_END])
        const { reader, messages } = readAll(chunksOf(file, cuts))
        reader.end()

        expect(messages).toEqual(written.map((bytes, i) => `${i + 1}: ${hex(bytes)}`))
        expect(reader.complete).toBe(true)
      }),
    )
  })
})
