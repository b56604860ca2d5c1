/** Messages that are right, of every kind that FIX has, and what can be done to their fields. */
import { messageDefinitions, messageOf } from '../../../src/fix/index.ts'
import type { Dice } from '../../support/dice.ts'
import { sampleBody } from '../../support/sample-message.ts'
import type { Field } from '../../support/transcript.ts'

/** What a message is made of besides chance. */
export interface Standing {
  readonly compId: string
  readonly msgSeqNum: number
  /** MsgSeqNum(34) of the exchange's last message. */
  readonly lastHeard: number
  readonly sendingTime: string
  /** ClOrdIDs(11) used so far. */
  readonly clOrdIds: readonly string[]
  readonly nextClOrdId: string
}

const OTHER_TYPES = [...messageDefinitions()].map(({ msgType }) => msgType)
const PRICES = ['182.50', '182.49', '182.51', '182.4', '190']
const HUGE = ['x'.repeat(300), '9'.repeat(400), 'x'.repeat(20_000)]
const VALUES = [
  '', '0', '-1', '1', 'N', 'Y', 'x', ' ', '=', '\u0000', '\u00ff', '00000001', '1e5', '.5', '1.23456789',
  '2147483648', '4294967296', '9007199254740993', '20261120-14:30:00', '20269999-99:99:99', '99999999',
] // prettier-ignore
const TAGS = [
  0, 8, 9, 10, 34, 43, 49, 52, 56, 95, 97, 122, 141, 369, 453, 627, 789, 957, 4999, 5001, 99_999,
]
/** Beyond these a number ends the game: it is answered, and a new connection begins. */
const NUMBERS = ['0', '1', '4294967294', '4294967295', '9007199254740993', 'x', '-1', '1.0', '']

export function headOf({ compId, msgSeqNum, sendingTime }: Standing, msgType: string): Field[] {
  return [
    [35, msgType],
    [49, compId],
    [56, 'BUTTONWOOD'],
    [34, String(msgSeqNum)],
    [52, sendingTime],
  ]
}

interface Kind {
  readonly weight: number
  readonly body: (standing: Standing, dice: Dice) => Field[]
  readonly msgType?: string
}

const order = (standing: Standing, dice: Dice): Field[] => [
  [55, 'AAPL'],
  [54, dice.pick(['1', '2'])!],
  [60, standing.sendingTime],
  [38, String(dice.between(1, 300))],
  [40, '2'],
  [44, dice.pick(PRICES)!],
]
const someClOrdId = ({ clOrdIds }: Standing, dice: Dice): string => dice.pick(clOrdIds) ?? 'NONE'

const KINDS: readonly Kind[] = [
  { weight: 10, msgType: 'D', body: (s, dice) => [[11, s.nextClOrdId], ...order(s, dice)] },
  {
    weight: 5,
    msgType: 'F',
    body: (s, dice) => [[41, someClOrdId(s, dice)], [11, s.nextClOrdId], ...order(s, dice).slice(0, 3)],
  },
  {
    weight: 5,
    msgType: 'G',
    body: (s, dice) => [[41, someClOrdId(s, dice)], [11, s.nextClOrdId], ...order(s, dice)],
  },
  { weight: 2, msgType: '0', body: () => [] },
  { weight: 2, msgType: '1', body: () => [[112, 'anybody?']] },
  {
    weight: 3,
    msgType: '2',
    body: ({ lastHeard }, dice) => [
      [7, String(dice.between(1, lastHeard))],
      [16, dice.pick(['0', '5', String(lastHeard)])!],
    ],
  },
  { weight: 1, msgType: '3', body: () => [[45, '1'], [58, 'no']] },
  {
    weight: 2,
    msgType: '4',
    body: ({ msgSeqNum }, dice) => [
      [123, dice.pick(['Y', 'N'])!],
      [36, String(msgSeqNum + dice.between(0, 5))],
    ],
  },
  { weight: 0.5, msgType: '5', body: () => [] },
  { weight: 0.5, msgType: 'A', body: () => [[98, '0'], [108, '60']] },
  { weight: 1, msgType: 'j', body: () => [[45, '1'], [372, '8'], [380, '0']] },
  {
    weight: 4,
    body: (_, dice) => {
      const msgType = dice.pick(OTHER_TYPES)!
      const body = sampleBody(messageOf(msgType)!, { full: dice.chance(0.3), entries: dice.below(3) })
      return [[35, msgType], ...body]
    },
  },
] // prettier-ignore

/** A message that is right; the next that is expected. */
export function goodMessage(standing: Standing, dice: Dice): Field[] {
  const { msgType, body } = dice.weighted(KINDS)
  const fields = body(standing, dice)
  if (msgType !== undefined) return [...headOf(standing, msgType), ...fields]
  const [[, type], ...rest] = fields as [Field, ...Field[]]
  return [...headOf(standing, type), ...rest]
}

type Mutate = (fields: Field[], dice: Dice, standing: Standing) => void

const at = (fields: readonly Field[], dice: Dice): number => dice.below(fields.length)
const set = (fields: Field[], tag: number, value: string): void => {
  const index = fields.findIndex((field) => field[0] === tag)
  if (index >= 0) fields[index] = [tag, value]
}

const MUTATIONS: readonly Mutate[] = [
  function drop(fields, dice) {
    fields.splice(at(fields, dice), 1)
  },
  function repeat(fields, dice) {
    fields.splice(at(fields, dice), 0, dice.pick(fields)!)
  },
  function move(fields, dice) {
    const [field] = fields.splice(at(fields, dice), 1)
    fields.splice(dice.below(fields.length + 1), 0, field!)
  },
  function wrongValue(fields, dice) {
    const index = at(fields, dice)
    fields[index] = [fields[index]![0], dice.pick(VALUES)!]
  },
  function wrongValueOfBody(fields, dice) {
    const index = Math.min(5 + dice.below(8), fields.length - 1)
    fields[index] = [fields[index]![0], dice.pick(VALUES)!]
  },
  function hugeValue(fields, dice) {
    const index = at(fields, dice)
    fields[index] = [fields[index]![0], dice.pick(HUGE)!]
  },
  function unknownTag(fields, dice) {
    const tag = dice.chance(0.6) ? dice.pick(TAGS)! : dice.between(1, 1100)
    fields.splice(dice.below(fields.length + 1), 0, [tag, dice.pick(VALUES)!])
  },
  function brokenGroup(fields, dice) {
    const group: Field[] = [[453, dice.pick(['0', '1', '2', '99999999'])!], [448, 'A'], [447, 'D'], [452, '1']]
    fields.push(...group.slice(0, dice.between(1, 4)))
  },
  function possDup(fields, dice, { sendingTime }) {
    fields.splice(5, 0, [43, dice.pick(['Y', 'Y', 'N'])!])
    if (dice.chance(0.7)) fields.splice(6, 0, [122, dice.chance(0.8) ? sendingTime : '20300101-00:00:00'])
  },
  function possResend(fields) {
    fields.splice(5, 0, [97, 'Y'])
  },
  function sequenceTrick(fields, dice, { msgSeqNum }) {
    const near = String(msgSeqNum + dice.between(-3, 12))
    set(fields, 34, dice.chance(0.7) ? near : dice.pick(NUMBERS)!)
  },
  function resetNumbers(fields, dice) {
    fields.push([141, dice.pick(['Y', 'N'])!])
    if (dice.chance(0.5)) set(fields, 34, '1')
  },
  function wrongTime(fields, dice) {
    set(fields, 52, dice.pick(['20200101-00:00:00', '20300101-00:00:00.000', 'noon', ''])!)
  },
  function wrongParty(fields, dice) {
    set(fields, dice.pick([49, 56])!, dice.pick(['GOOD', 'NOBODY', ''])!)
  },
] // prettier-ignore

/** @returns the message with no to a few changes */
export function mutateFields(fields: readonly Field[], dice: Dice, standing: Standing): Field[] {
  const result = [...fields]
  for (let n = dice.pick([0, 1, 1, 1, 2, 4])!; n > 0 && result.length > 1; n--) {
    dice.pick(MUTATIONS)!(result, dice, standing)
  }
  return result
}
