/**
 * Makes a failing case short: takes messages, fields and bytes out as long as the same oracle
 * objects. One that fails only in chunks keeps them and loses whole ones. Bounded, so what it gives
 * may not be the shortest.
 */
import type { Finding } from './finding.ts'
import { asFinding } from './finding.ts'
import { fixPattern } from '../../support/fix-frame.ts'
import { repairFrames } from './frame.ts'
import type { ParserCase } from './parser-case.ts'
import { streamOf } from './parser-case.ts'

const RUNS_MAX = 20_000

export type RunCase = (parserCase: ParserCase) => void

/** What the case is objected to for; undefined when it is fine. */
export function findingOf(run: RunCase, parserCase: ParserCase): Finding | undefined {
  try {
    run(parserCase)
    return undefined
  } catch (error) {
    return asFinding(error)
  }
}

/** What a stream is taken apart into: messages, fields, bytes. */
const PIECES = [/(?=8=FIX)/, fixPattern('(?<=|)'), /(?:)/]

export function minimise(failing: ParserCase, run: RunCase): ParserCase {
  const { oracle } = findingOf(run, failing)!
  let best = failing
  let runs = 0
  const tryCase = (candidate: ParserCase): boolean => {
    if (runs++ > RUNS_MAX || findingOf(run, candidate)?.oracle !== oracle) return false
    best = candidate
    return true
  }
  const tryStream = (stream: string): boolean => tryCase({ ...best, chunks: [stream] })

  tryCase({ ...best, suspendEvery: 0 })
  if (!tryStream(streamOf(best))) {
    takeOut(best.chunks, (chunks) => tryCase({ ...best, chunks: [...chunks] }))
    return best
  }
  for (const piece of PIECES) {
    takeOut(streamOf(best).split(piece), (pieces) => {
      const stream = pieces.join('')
      return stream !== '' && (tryStream(stream) || tryStream(repairFrames(stream)))
    })
  }
  return best
}

/** Takes out pieces, half of them at first and single ones at last, where it may be without them. */
function takeOut(pieces: readonly string[], mayBe: (rest: readonly string[]) => boolean): void {
  let rest = [...pieces]
  for (let size = Math.ceil(rest.length / 2); size >= 1; size >>= 1) {
    for (let at = rest.length - size; at >= 0; at -= size) {
      const shorter = rest.toSpliced(at, size)
      if (mayBe(shorter)) rest = shorter
    }
  }
}
