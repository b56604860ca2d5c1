/** What a run finds whose predecessor stopped at a failed fdatasync, without a power cut between. */
import { expect, it } from 'vitest'
import { aJournal, appendTurn, openJournal } from './turns.ts'

it('makes the last group durable before it speaks of it, though the disk calls it clean', async () => {
  const { disk, journal } = aJournal(5)
  disk.failNext('fdatasync', 'EIO')
  expect(() => appendTurn(journal, 6)).toThrow('EIO')
  disk.kill()

  const next = openJournal(disk)
  const spokenOf = next.groupNumber
  await next.close()
  disk.crash(() => 0)

  expect(spokenOf).toBe(6)
  expect(openJournal(disk).groupNumber).toBe(6)
})
