/** What is said of a database that is level, behind, or of another journal. */
import { describe, expect, it } from 'vitest'
import { describeStanding, standingOf, statusRow } from '../../src/dropcopy/index.ts'
import { JOURNAL_ID, START_SECONDS } from './support/turns.ts'

const end = {
  journalId: JOURNAL_ID,
  groupNumber: 12,
  position: 5_000,
  epochSeconds: START_SECONDS + 61,
  nanoseconds: 250_000_999,
}
const applied = {
  reader: 'dropcopy',
  journal_id: JOURNAL_ID,
  group_number: 10,
  crc: 1,
  position: 4_200,
  time: '2026-11-21 14:30:59.5+00',
  trading_date: '2026-11-21',
}

describe('the standing of a database', () => {
  it('is level when the last group is applied, and needs no words', () => {
    const standing = standingOf({ ...applied, group_number: 12, position: 5_000 }, end)

    expect(standing).toEqual({ is: 'level' })
    expect(describeStanding(standing)).toBeUndefined()
    expect(statusRow(applied, standing)).toMatchObject({ behind_groups: 0, behind_seconds: '0' })
  })

  it('counts groups, bytes and the exchange’s own time to the microsecond', () => {
    const standing = standingOf(applied, end)

    expect(standing).toEqual({
      is: 'behind',
      lag: { groups: 2, bytes: 800, microseconds: 1_750_000 },
    })
    expect(describeStanding(standing)).toBe(
      'the database is 2 groups (800 bytes, 1.75 seconds) behind the journal',
    )
    expect(statusRow(applied, standing)).toEqual({
      journal_id: JOURNAL_ID,
      group_number: 10,
      position: 4_200,
      time: '2026-11-21 14:30:59.5+00',
      trading_date: '2026-11-21',
      behind_groups: 2,
      behind_bytes: 800,
      behind_seconds: '1.75',
    })
  })

  it('of one group in the same microsecond', () => {
    const late = { ...applied, group_number: 11, time: '2026-11-21 14:31:01.25+00' }

    expect(describeStanding(standingOf(late, end))).toBe(
      'the database is 1 group (800 bytes, 0 seconds) behind the journal',
    )
  })

  it('has no time where nothing was applied', () => {
    const standing = standingOf(undefined, end)

    expect(describeStanding(standing)).toBe(
      'the database is 12 groups (5000 bytes) behind the journal',
    )
    expect(statusRow(undefined, standing)).toMatchObject({
      group_number: 0,
      time: null,
      behind_groups: 12,
      behind_seconds: null,
    })
  })

  it('is of another journal', () => {
    expect(describeStanding(standingOf({ ...applied, journal_id: 'other' }, end))).toBe(
      `the database does not belong to this journal: it is a copy of journal other, not ${JOURNAL_ID}`,
    )
  })
})
