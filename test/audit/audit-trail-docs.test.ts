/** docs/protocols/audit-trail.md says what the lines say: types, fields, records and examples. */
import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { LINE_TYPES } from '../../src/audit/index.ts'
import { recordName } from '../../src/journal/index.ts'
import { CommandType, EventType, recordLength, recordType } from '../../src/wire/index.ts'
import type { Line } from './a-trading-day.ts'
import {
  aTradingDay,
  FIRST_DAY,
  linesOfDay,
  parsed,
  SECOND_DAY,
  SECRET,
  turnsOf,
} from './a-trading-day.ts'
import { anAuctionDay, AUCTION_DAY } from './an-auction-day.ts'
import type { MemoryDisk } from '../support/memory-disk.ts'

/** Of a trade; in an auction by what they did. */
const SIDES = ['resting', 'incoming', 'buy', 'sell']
const text = readFileSync('docs/protocols/audit-trail.md', 'utf8')

/** Lines of all days, as text and parsed. */
const lines: string[] = []
const all: Line[] = []
/** Types of the lines that each event record gives, by the record type's name. */
const given = new Map(Object.keys(EventType).map((name) => [name, new Set<string>()]))

beforeAll(async () => {
  const { disk } = await aTradingDay()
  readDays(disk, FIRST_DAY, SECOND_DAY)
  readDays(await anAuctionDay(), AUCTION_DAY)
})

function readDays(disk: MemoryDisk, ...days: readonly number[]): void {
  /** Record type's name by position in the journal. */
  const events = new Map<number, string>()
  for (const { view, eventsStart, eventsEnd, positionOf } of eachTurn(turnsOf(disk))) {
    for (let at = eventsStart; at < eventsEnd; at += recordLength(view, at)) {
      events.set(positionOf(at), recordName(recordType(view, at)))
    }
  }
  const told = days.flatMap((day) => linesOfDay(disk, day))
  lines.push(...told)
  for (const line of parsed(told)) {
    all.push(line)
    for (const side of [line, ...SIDES.map((name) => line[name] as Line | undefined)]) {
      const event = events.get(Number(side?.['position']))
      if (event !== undefined) given.get(event)!.add(String(line['type']))
    }
  }
}

function* eachTurn(turns: ReturnType<typeof turnsOf>) {
  for (const turn of turns) {
    const { view, eventsStart, eventsEnd } = turn
    yield { view, eventsStart, eventsEnd, positionOf: (at: number) => turn.positionOf(at) }
  }
}

/** Rows of the first table under a heading: the text of each cell. */
function rowsUnder(heading: string, headerCell: string): string[][] {
  const section = text.slice(text.indexOf(`\n## ${heading}\n`))
  const table = section.slice(section.search(new RegExp(`^\\| ${headerCell} +\\|`, 'm')))
  const rows = table.slice(0, table.indexOf('\n\n')).split('\n').slice(2)
  return rows.map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )
}

const named = (cell: string): string => cell.replaceAll('`', '')
const quoted = (cell: string): string[] => [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => name!)
const ALL: readonly string[] = LINE_TYPES.filter((type) => type !== 'Trail' && type !== 'Summary')

/** `order, MassCancel` → the types of lines. */
const typesOf = (cell: string): string[] =>
  cell.split(', ').flatMap((word) => {
    if (word === 'all') return ALL
    return word === 'order' ? ALL.filter((type) => type.startsWith('Order')) : [word]
  })

/** Fields of a line, those of the sides of a trade as its own. */
const fieldsOf = (line: Line): string[] =>
  Object.entries(line).flatMap(([name, value]) =>
    SIDES.includes(name) ? [name, ...Object.keys(value as object)] : [name],
  )

describe('docs/protocols/audit-trail.md', () => {
  it('has a row for every type of line, and no other', () => {
    const rows = rowsUnder('Types of lines', 'type').map(([type]) => named(type!))

    expect(rows).toEqual([...LINE_TYPES])
  })

  it('has every field of every line, on the types that have it', () => {
    const documented = new Map(
      rowsUnder('Fields', 'field').map(([name, on]) => [named(name!), typesOf(on!)]),
    )
    const missing = all.flatMap((line) =>
      fieldsOf(line)
        .filter((name) => !documented.get(name)?.includes(String(line['type'])))
        .map((name) => `${String(line['type'])}.${name}`),
    )

    expect([...new Set(missing)]).toEqual([])
  })

  it('has no field that no line has, and no type of a line that does not exist', () => {
    const rows = rowsUnder('Fields', 'field')
    const seen = new Set(all.flatMap(fieldsOf))
    const unknown = rows.flatMap(([, on]) => typesOf(on!)).filter((type) => !isType(type))

    expect(rows.map(([name]) => named(name!)).filter((name) => !seen.has(name))).toEqual([])
    expect(unknown).toEqual([])
  })

  it('says of every event record which line it gives', () => {
    const rows = rowsUnder('Which record gives which line', 'event')

    expect(rows.map(([name]) => named(name!))).toEqual(Object.keys(EventType))
    for (const [name, cell] of rows) {
      const documented = quoted(cell!).filter(isType)
      expect([named(name!), documented.sort()]).toEqual([
        named(name!),
        [...given.get(named(name!))!].sort(),
      ])
    }
  })

  it('says of every command record whether lines name it', () => {
    const rows = rowsUnder('Which record gives which line', 'command')
    const naming = new Set(all.map((line) => line['commandType']))
    const none = rows.filter(([, cell]) => cell!.startsWith('none')).map(([name]) => named(name!))

    expect(rows.map(([name]) => named(name!)).sort()).toEqual(Object.keys(CommandType).sort())
    expect(none.filter((name) => naming.has(name))).toEqual([])
  })

  it('has an example of each type of line, as it comes out of the export', () => {
    const examples = /## Examples[^]*```jsonl\n([^]*)```/.exec(text)![1]!.trim().split('\n')

    expect(examples.filter((line) => !lines.includes(line))).toEqual([])
    expect(parsed(examples).map((line) => line['type'])).toEqual([...LINE_TYPES])
    expect(text).toContain(SECRET)
  })
})

const isType = (name: string): boolean => (LINE_TYPES as readonly string[]).includes(name)
