/**
 * The UTC midnight that a session's timestamps count from. The feed says it nowhere but in the session's
 * name, whose first six digits are the trading date. docs/protocols/itch-feed.md#data-types
 */

const DAY_SECONDS = 86_400
const NS_PER_SECOND = 1e9
/** Clocks differ: what is further ahead than this has not happened yet. */
const CLOCK_SLACK_SECONDS = 60
/** No zone is more than 14 hours ahead of UTC: a day that opens earlier than this opens on its own date. */
const EARLIEST_OPENING_SECONDS = 10 * 3_600

/** A message as it came. */
interface Heard {
  readonly session: string
  readonly timestampNs: number
  /** When it came, in seconds since 1970. */
  readonly nowSeconds: number
}

/**
 * In a zone ahead of UTC the trading date's midnight may still be to come when the day opens: its
 * timestamps count from the one before, and would lie in the future otherwise.
 * @returns seconds since 1970; undefined when the session's name is no date
 */
export function feedMidnight({ session, timestampNs, nowSeconds }: Heard): number | undefined {
  const midnight = dateOf(session)
  if (midnight === undefined) return undefined
  const seconds = timestampNs / NS_PER_SECOND
  const isAhead = midnight + seconds > nowSeconds + CLOCK_SLACK_SECONDS
  return isAhead && seconds >= EARLIEST_OPENING_SECONDS ? midnight - DAY_SECONDS : midnight
}

function dateOf(session: string): number | undefined {
  const [, year, month, day] = /^(\d\d)(\d\d)(\d\d)/.exec(session) ?? []
  const date = new Date(`20${year}-${month}-${day}T00:00:00Z`)
  const isOnTheCalendar = !Number.isNaN(date.getTime()) && date.getUTCDate() === Number(day)
  return isOnTheCalendar ? date.getTime() / 1000 : undefined
}
