/** Module hooks, in a thread of their own: the modules under the fuzzer are loaded with counters. */
import type { LoadHook } from 'node:module'
import { COUNTERS_MAX, instrument } from './instrument.ts'

const COVERED = /\/src\/fix\/(codec|validation)\/[\w-]+\.ts/

let next = 0

export const load: LoadHook = async (url, context, nextLoad) => {
  const loaded = await nextLoad(url, context)
  if (!COVERED.test(url) || loaded.source === undefined) return loaded

  const source = Buffer.from(loaded.source as Uint8Array).toString()
  const instrumented = instrument(source, next)
  next = instrumented.next
  if (next > COUNTERS_MAX) throw new Error('instrument: more than COUNTERS_MAX')
  return { ...loaded, source: instrumented.code }
}
