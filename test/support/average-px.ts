/** AvgPx(6) as it must be, from the executions as they were reported: without a binary fraction. */
const PX_SCALE = 4
const AVG_PX_SCALE = 6

/** Price as text; quantity in shares. */
export interface Execution {
  readonly lastQty: number
  readonly lastPx: string
}

/** Divided once, rounded half up at six places; written with no more places than it needs. */
export function averagePx(executions: readonly Execution[]): string {
  const cumQty = BigInt(cumQtyOf(executions))
  if (cumQty === 0n) return '0'
  const notional = executions.reduce(
    (sum, { lastQty, lastPx }) => sum + BigInt(lastQty) * scaled(lastPx, PX_SCALE),
    0n,
  )
  const doubled = notional * 2n * 10n ** BigInt(AVG_PX_SCALE - PX_SCALE)
  const digits = String((doubled + cumQty) / (2n * cumQty)).padStart(AVG_PX_SCALE + 1, '0')
  const [whole, places] = [digits.slice(0, -AVG_PX_SCALE), digits.slice(-AVG_PX_SCALE)]
  return `${whole}.${places}`.replace(/\.?0+$/, '')
}

export const cumQtyOf = (executions: readonly Execution[]): number =>
  executions.reduce((sum, { lastQty }) => sum + lastQty, 0)

/** Whether two are the same number, however many zeros they are written with. */
export const isSameAvgPx = (one: string, other: string): boolean =>
  scaled(one, AVG_PX_SCALE) === scaled(other, AVG_PX_SCALE)

/** -1 for what is no decimal of so many places. */
function scaled(text: string, places: number): bigint {
  const [, whole, fraction = ''] = /^(\d+)(?:\.(\d+))?$/.exec(text) ?? []
  if (whole === undefined || fraction.length > places) return -1n
  return BigInt(whole + fraction.padEnd(places, '0'))
}
