/** From here on the FIX codec and validation are loaded with counters. */
import { register } from 'node:module'
import { CoverageMap } from './coverage-map.ts'

export function loadWithCounters(): CoverageMap {
  register('./hooks.ts', import.meta.url)
  const coverage = new CoverageMap()
  coverage.install()
  return coverage
}
