/** A point in time as a user types it: a date, an instant, or so long ago. */
import { InvalidArgumentError } from 'commander'

const AGO_MS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
}

/** @returns ISO 8601; a time without a zone is UTC */
export function instant(text: string): string {
  const ago = /^(\d{1,6})([smhd])$/.exec(text)
  if (ago) return new Date(Date.now() - Number(ago[1]) * AGO_MS[ago[2]!]!).toISOString()

  const iso = /^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)?)?$/.exec(text)
  const withZone = iso && iso[1] !== undefined && iso[4] === undefined ? `${text}Z` : text
  // Whoever gets it reads all its digits; this only checks that there is such an instant.
  if (iso && !Number.isNaN(Date.parse(withZone.replace(' ', 'T')))) return withZone
  throw new InvalidArgumentError('Use 2026-11-21, 2026-11-21T14:30:00Z, or 15m, 2h, 7d ago.')
}
