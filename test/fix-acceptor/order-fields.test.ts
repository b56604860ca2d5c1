/**
 * No field of an order goes unheeded by accident: the dictionary, the lists of the venue and the
 * document that counterparties read agree tag by tag.
 */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { READ, REFUSED, REFUSED_UNLESS, UNREAD } from '../../src/fix-acceptor/order-fields.ts'
import { messageOf } from '../../src/fix/index.ts'
import type { Member } from '../../src/fix/index.ts'

const NEW_ORDER = messageOf('D')!.members
const REPLACE = messageOf('G')!.members
const ascending = (tags: Iterable<number>): number[] => [...new Set(tags)].sort((a, b) => a - b)

describe('the fields of NewOrderSingle(D) and OrderCancelReplaceRequest(G)', () => {
  const classified = [...READ, ...REFUSED, ...REFUSED_UNLESS.keys(), ...UNREAD]

  it('are each read, refused, refused unless, or left unread', () => {
    const members = [...NEW_ORDER, ...REPLACE].map(({ tag }) => tag)
    expect(ascending(classified)).toEqual(ascending(members))
    expect(classified).toHaveLength(new Set(classified).size)
  })

  it('are not members of a group too, which goes with its counter', () => {
    const inGroups = groupTagsOf([...NEW_ORDER, ...REPLACE])
    expect(inGroups.length).toBeGreaterThan(20)
    expect(inGroups.filter((tag) => classified.includes(tag))).toEqual([])
  })

  it('are what docs/protocols/order-entry.md says of them', () => {
    expect(tagsUnder('refused')).toEqual(ascending(REFUSED))
    expect(tagsUnder('refused unless it says what is done anyway')).toEqual(
      ascending(REFUSED_UNLESS.keys()),
    )
    expect(tagsUnder('taken and left unread')).toEqual(ascending([...UNREAD, 5000]))
  })
})

function groupTagsOf(members: readonly Member[]): number[] {
  return members.flatMap(({ group }) =>
    group === undefined
      ? []
      : [...group.members.map(({ tag }) => tag), ...groupTagsOf(group.members)],
  )
}

/** The numbers in the rows of the table whose first column has this head. */
function tagsUnder(head: string): number[] {
  const document = new URL('../../docs/protocols/order-entry.md', import.meta.url)
  const lines = readFileSync(document, 'utf8').split('\n')
  const start = lines.findIndex((line) => line.split('|')[1]?.trim() === head)
  const rows = lines.slice(start + 2)
  const table = rows.slice(
    0,
    rows.findIndex((line) => !line.startsWith('|')),
  )
  const cells = table.map((row) => /\((\d+)\)/.exec(row)?.[0] ?? row.split('|')[2]!)
  return ascending(cells.flatMap((cell) => [...cell.matchAll(/\d+/g)].map(Number)))
}
