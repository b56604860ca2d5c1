/**
 * Changed messages against the assembled exchange, and a good citizen beside them. Fixed seeds;
 * `npm run fuzz` tries fresh ones. docs/operations/fuzzing.md.
 */
import { describe, expect, it } from 'vitest'
import { fuzzSession } from './session/fuzz-session.ts'

describe('the exchange under changed messages', () => {
  it.each([1, 2, 3])('keeps its rules with seed %i', async (seed) => {
    const { finding, story, counts } = await fuzzSession(seed)
    if (finding !== undefined) throw new Error(`${story}\n\n${finding.stack}`)

    // A run that is refused at the door would find nothing.
    expect(counts['answered tidy']).toBeGreaterThan(50)
    expect(counts['rejected']).toBeGreaterThan(50)
    expect(counts['filled up']).toBeGreaterThan(10)
  })

  it('repeats a run from its seed', async () => {
    expect(await fuzzSession(42, 60)).toEqual(await fuzzSession(42, 60))
  })
})
