/** Whose reports a drop-copy session gets: `dropCopyOf` of its file, firm names or `*` for all. */
import type { VenueConfiguration } from '../wire/index.ts'

/** By session index: 1 = its reports are copied. */
export function entitledSessions(
  { sessions }: VenueConfiguration,
  firms: readonly string[],
): Uint8Array {
  const entitled = new Uint8Array(sessions.length + 1)
  for (const { index, firm } of sessions) {
    if (firms.includes('*') || firms.includes(firm)) entitled[index] = 1
  }
  return entitled
}
