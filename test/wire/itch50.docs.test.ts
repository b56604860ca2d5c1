import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { itch50, packetHeader } from '../../src/wire/index.ts'

const document = readFileSync(new URL('../../docs/protocols/itch-feed.md', import.meta.url), 'utf8')

/** The rows of the first table under a heading, without the values column. */
function tableOf(heading: string): string[][] {
  const section = document.split(new RegExp(`^##+ ${heading}$`, 'm'))[1] ?? ''
  const rows = section
    .split(/^##/m)[0]!
    .split('\n')
    .filter((line) => /^\| \d/.test(line))
  return rows.map((row) =>
    row
      .split('|')
      .slice(1, 5)
      .map((cell) => cell.trim()),
  )
}

interface AnyLayout {
  readonly layout: {
    readonly fields: readonly (readonly [string, { kind: string; bytes: number }])[]
  }
  readonly offsets: Readonly<Record<string, number>>
}

function rowsOf({ layout, offsets }: AnyLayout): string[][] {
  return layout.fields.map(([name, { kind, bytes }]) => {
    const type = kind === 'alpha' ? `alpha(${bytes})` : kind
    return [String(offsets[name]), String(bytes), type, name]
  })
}

/** A price is an integer on the wire. */
const plainTypes = (rows: string[][]): string[][] =>
  rows.map((row) => row.map((cell) => cell.replace('price4', 'u32').replace('price8', 'u64')))

describe('docs/protocols/itch-feed.md', () => {
  it.each(Object.values(itch50))('prints the layout of $layout.name in wire order', (codec) => {
    const { name, type } = codec.layout
    expect(plainTypes(tableOf(name))).toEqual([['0', '1', 'char', 'messageType'], ...rowsOf(codec)])
    expect(document).toContain(`### ${name}\n\n\`${type}\`, ${codec.length} bytes.`)
  })

  it('prints the header of a packet', () => {
    expect(tableOf('MoldUDP64')).toEqual(rowsOf(packetHeader))
  })
})
