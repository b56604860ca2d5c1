import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const UNITS = { KiB: 1024, MiB: 1024 * 1024 }

/** Name and value of every limit in the tables. */
function documentedLimits(): [string, number][] {
  const text = readFileSync('docs/operations/feed.md', 'utf8')
  const rows = text.matchAll(/^\| `(\w+)` +\| +([\d,]+)(?: (KiB|MiB))? \|/gm)
  return [...rows].map(([, name, digits, unit]) => {
    const value = Number(digits!.replaceAll(',', ''))
    return [name!, unit === undefined ? value : value * UNITS[unit as keyof typeof UNITS]]
  })
}

describe('docs/operations/feed.md', () => {
  it('tells every limit of the feed as the code has it', async () => {
    const feed: Record<string, unknown> = await import('../../src/itch-feed/index.ts')
    const limits = documentedLimits()
    expect(limits).toHaveLength(21)
    expect(Object.fromEntries(limits)).toEqual(
      Object.fromEntries(limits.map(([name]) => [name, feed[name]])),
    )
  })
})
