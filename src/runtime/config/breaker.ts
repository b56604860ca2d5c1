/** What `market.breaker` says as a whole: levels rise, and the index is of instruments that there are. */
import { nearest } from './nearest.ts'
import type { YamlFile } from './yaml-file.ts'

const PLACE = ['market', 'breaker']

interface BreakerFile {
  readonly levels: readonly number[]
  readonly index?: readonly string[] | undefined
}

/** @throws ExchangeError EXC_CONFIG_VALUE */
export function checkBreaker(
  yaml: YamlFile,
  breaker: BreakerFile | undefined,
  listed: ReadonlySet<string>,
): void {
  if (breaker === undefined) return
  const { levels, index = [] } = breaker
  levels.forEach((level, at) => {
    if (level > (levels[at - 1] ?? 0)) return
    throw yaml.error([...PLACE, 'levels', at], 'is not above the one before; let the levels rise')
  })
  index.forEach((symbol, at) => {
    const path = [...PLACE, 'index', at]
    if (index.indexOf(symbol) !== at) {
      throw yaml.error(path, `is ${symbol} again; name each symbol once`)
    }
    if (listed.has(symbol)) return
    const near = nearest(symbol, [...listed])
    const advice = near === undefined ? '' : `did you mean ${near}? `
    throw yaml.error(path, `is ${symbol}; ${advice}use symbols of instruments.yaml`)
  })
}
