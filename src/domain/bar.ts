/**
 * The intervals that trades are summed up in: seconds and minutes of UTC. The drop copy and the
 * subscriber cut them the same way, and sum them up by the same `TradeStatistics`.
 */

export const BAR_WIDTHS = ['1s', '1m'] as const
/** A second or a minute. */
export type BarWidth = (typeof BAR_WIDTHS)[number]

const DIGITS_TO_MINUTE = '2026-11-21 14:30'.length
const DIGITS_TO_SECOND = '2026-11-21 14:30:00'.length

/**
 * Start of the interval that holds a time, to the second and without a zone. Epoch seconds know no leap
 * seconds: to cut off the text of UTC is to align to the epoch.
 * @param time UTC, `2026-11-21 14:30:59.1` or the same with a T, however it goes on
 */
export const barStart = (time: string, width: BarWidth): string =>
  width === '1s' ? time.slice(0, DIGITS_TO_SECOND) : `${time.slice(0, DIGITS_TO_MINUTE)}:00`
