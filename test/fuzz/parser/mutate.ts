/** Changes of a stream of FIX bytes, from a bit to a field. Each character of the text is a byte. */
import type { Dice } from '../../support/dice.ts'
import { repairFrames } from './frame.ts'

const STREAM_BYTES_MAX = 2048
const PIECE_BYTES_MAX = 64
/** Of the mutated streams: frames made right again, so that what is inside is looked at. */
const REPAIRED = 0.7

const NUMBERS = [
  '0', '-0', '1', '-1', '00', '007', '4', '5', '9', '10', '255', '256', '999', '1024', '4999', '5000',
  '8191', '8192', '65535', '65536', '99999999', '100000000', '999999999', '1000000000',
  '2147483647', '2147483648', '4294967294', '4294967295', '4294967296', '9007199254740991',
  '9007199254740992', '18446744073709551616', '0.0001', '.5', '5.', '.', '-', '--1', '1e5', '1.2.3',
] // prettier-ignore
const TOKENS = [
  '\u0001', '=', '\u0001=', '8=FIX.4.4\u0001', '8=FIXT.1.1\u0001', '8=FIX', '8=F', '8', '\u00019=', '9=5\u0001',
  '\u000110=', '\u000110=000\u0001', '10=163\u0001', '35=', '35=D\u0001', '34=', '43=Y\u0001', '97=Y\u0001',
  '95=3\u000196=a\u0001b\u0001', '96=', '212=1\u0001213=\u0001\u0001', '354=2\u0001355=xy\u0001', '93=1\u000189=x\u0001',
  '453=1\u0001448=A\u0001447=D\u0001452=1\u0001', '802=1\u0001', '453=0\u0001', '627=1\u0001628=A\u0001', '78=2\u000179=A\u000180=1\u0001',
  '5000=\u0001', '9999=x\u0001', '58=\u0001', '20261120-14:30:00', '20240229', '20230229', '23:59:60', '24:00:00',
  '202611w5', '\u0000', '\u00ff', ' ', 'Y', 'N', '-',
] // prettier-ignore

const TAGS = [0, 8, 9, 10, 34, 35, 43, 49, 52, 95, 96, 453, 4999, 5000, 99_999, 999_999_999]
const VALUES = [
  '', '0', '1', 'x', 'Y', '=', ' ', '20261120-14:30:00', '20240229-23:59:60.123', '20230229-00:00:00',
  '20261120-24:00:00', '20261131-14:30:00.000', '20261120-14:60:00.000000', '00000101-14:30:00',
] // prettier-ignore

type Mutate = (stream: string, dice: Dice, other: () => string) => string

const someByte = (dice: Dice): string => String.fromCharCode(dice.below(256))
const someToken = (dice: Dice): string => dice.pick(dice.chance(0.7) ? TOKENS : NUMBERS)!

/** A place and a length from there on, mostly short. */
function somePiece(stream: string, dice: Dice): readonly [start: number, end: number] {
  const start = dice.below(stream.length + 1)
  const length = dice.chance(0.5) ? dice.between(1, 4) : dice.between(1, PIECE_BYTES_MAX)
  return [start, Math.min(start + length, stream.length)]
}

const replaced = (stream: string, start: number, end: number, by: string): string =>
  stream.slice(0, start) + by + stream.slice(end)

/** The fields of the stream, cut at the delimiters. */
function withFields(stream: string, change: (fields: string[]) => void): string {
  const fields = stream.split('\u0001')
  change(fields)
  return fields.join('\u0001')
}

const mutations: readonly Mutate[] = [
  function flipBit(stream, dice) {
    const at = dice.below(stream.length)
    const byte = stream.charCodeAt(at) ^ (1 << dice.below(8))
    return replaced(stream, at, at + 1, String.fromCharCode(byte & 0xff))
  },
  function insertByte(stream, dice) {
    const at = dice.below(stream.length + 1)
    return replaced(stream, at, at, someByte(dice))
  },
  function deletePiece(stream, dice) {
    return replaced(stream, ...somePiece(stream, dice), '')
  },
  function repeatPiece(stream, dice) {
    const [start, end] = somePiece(stream, dice)
    return replaced(stream, end, end, stream.slice(start, end).repeat(dice.between(1, 3)))
  },
  function insertToken(stream, dice) {
    const at = dice.below(stream.length + 1)
    return replaced(stream, at, at, someToken(dice))
  },
  function overwriteWithToken(stream, dice) {
    const token = someToken(dice)
    const at = dice.below(stream.length + 1)
    return replaced(stream, at, at + token.length, token)
  },
  function splice(stream, dice, other) {
    const second = other()
    return stream.slice(0, dice.below(stream.length)) + second.slice(dice.below(second.length))
  },
  function append(stream, _, other) {
    return stream + other()
  },
  function changeNumber(stream, dice) {
    const numbers = [...stream.matchAll(/\d+/g)]
    const found = dice.pick(numbers)
    if (found === undefined) return stream
    const near = String(Number(found[0]) + dice.between(-2, 2))
    const number = dice.chance(0.5) ? near : dice.pick(NUMBERS)!
    return replaced(stream, found.index, found.index + found[0].length, number)
  },
  function changeValue(stream, dice, other) {
    const source = other().split('\u0001')
    return withFields(stream, (fields) => {
      const at = dice.below(fields.length)
      const [tag] = fields[at]!.split('=', 1)
      const value = dice.pick(source)!.replace(/^[^=]*=/, '')
      fields[at] = `${tag}=${dice.pick([value, dice.pick(VALUES)!, someToken(dice)])!}`
    })
  },
  function dropField(stream, dice) {
    return withFields(stream, (fields) => fields.splice(dice.below(fields.length), 1))
  },
  function repeatField(stream, dice) {
    return withFields(stream, (fields) => {
      fields.splice(dice.below(fields.length), 0, dice.pick(fields)!)
    })
  },
  function moveField(stream, dice) {
    return withFields(stream, (fields) => {
      const [field] = fields.splice(dice.below(fields.length), 1)
      fields.splice(dice.below(fields.length + 1), 0, field!)
    })
  },
  function borrowField(stream, dice, other) {
    const source = other().split('\u0001')
    return withFields(stream, (fields) => {
      fields.splice(dice.below(fields.length + 1), 0, dice.pick(source)!)
    })
  },
  function insertField(stream, dice) {
    const tag = dice.pick([...TAGS, dice.between(1, 960)])!
    return withFields(stream, (fields) => {
      fields.splice(dice.below(fields.length + 1), 0, `${tag}=${dice.pick(VALUES)!}`)
    })
  },
]

/** A stream with one to a dozen changes, most often few. */
export function mutate(stream: string, dice: Dice, other: () => string): string {
  let result = stream
  do {
    result = dice.pick(mutations)!(result, dice, other).slice(0, STREAM_BYTES_MAX)
  } while (dice.chance(0.5))
  return dice.chance(REPAIRED) ? repairFrames(result) : result
}

/** Cuts a stream into chunks: as a whole, byte by byte, or anywhere. */
export function cut(stream: string, dice: Dice): string[] {
  const bytesMax = dice.pick([1, 3, 30, 200, 5000])!
  const chunks: string[] = []
  for (let at = 0; at < stream.length;) {
    const end = at + dice.between(1, bytesMax)
    chunks.push(stream.slice(at, end))
    at = end
  }
  return chunks
}
