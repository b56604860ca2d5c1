/** A real journal with the damage that disks do: the next start finds the history before it, or refuses. */
import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { Dice } from '../support/dice.ts'
import { damageJournal } from './damage-journal.ts'

const DAMAGES_PER_KIND = 300

it('a journal cut at every byte of its last groups, and damaged anywhere, is cut there or refused', () => {
  const segment = gunzipSync(readFileSync('test/golden/journal-0.1/00000001.log.gz'))
  const { faults, cut, refused, violations } = damageJournal(
    segment,
    new Dice(21),
    DAMAGES_PER_KIND,
  )

  expect(violations).toEqual([])
  expect(faults).toBeGreaterThan(3 * DAMAGES_PER_KIND)
  expect([cut, refused].map((count) => count > DAMAGES_PER_KIND / 2)).toEqual([true, true])
})
