/**
 * The loop: a stream of the corpus is changed, run past all oracles, and kept when it went where no
 * stream was before. The same seed tries the same streams.
 */
import { Dice } from '../../support/dice.ts'
import type { CoverageMap } from '../edges/coverage-map.ts'
import type { FixReaderLimits } from '../../../src/fix/index.ts'
import { FastReader } from './fast-reader.ts'
import type { Finding } from './finding.ts'
import { asFinding } from './finding.ts'
import { enlarged, judgeWork } from './judge-work.ts'
import { findingOf, minimise } from './minimise.ts'
import { cut, mutate } from './mutate.ts'
import type { ParserCase } from './parser-case.ts'
import { runCase } from './run-case.ts'
import { seeds } from './seeds.ts'

const CORPUS_MAX = 20_000
/** Of the choices: among the streams found last, which lead on. */
const RECENT = { chance: 0.3, streams: 50 }
/** Of the streams that reach nothing new: looked at by every oracle. */
const JUDGED = 1 / 8
/** So often a large stream is timed. */
const LARGE = 1 / 8192
const LIMITS = [
  { messageBytesMax: 65_536, garbageBytesMax: 65_536 },
  { messageBytesMax: 65_536, garbageBytesMax: 4_096 },
  { messageBytesMax: 1_024, garbageBytesMax: 4_096 },
  { messageBytesMax: 120, garbageBytesMax: 200 },
]

export interface ParserFailure {
  readonly execution: number
  readonly parserCase: ParserCase
  readonly finding: Finding
}

export class ParserFuzzer {
  executions = 0
  readonly corpus: string[]
  private readonly dice: Dice
  private readonly coverage: CoverageMap | undefined
  private readonly readers = LIMITS.map((limits) => new FastReader(limits))

  /** @param coverage absent: streams are only changed, none leads on */
  constructor(seed: number, coverage?: CoverageMap) {
    this.dice = new Dice(seed)
    this.coverage = coverage
    this.corpus = seeds()
  }

  /** One more execution; what went wrong, made short. */
  step(): ParserFailure | undefined {
    const { dice } = this
    const stream = mutate(this.someStream(), dice, () => this.someStream())
    const reader = dice.chance(0.7) ? this.readers[0]! : dice.pick(this.readers)!
    const isJudged = dice.chance(JUDGED)

    this.executions++
    this.coverage?.clear()
    try {
      reader.read(stream)
    } catch (error) {
      return this.failure({ chunks: reader.history, limits: reader.limits, suspendEvery: 0 }, error)
    }
    const isNew = this.coverage?.takeNews() ?? false
    if (isNew && this.corpus.length < CORPUS_MAX) this.corpus.push(stream)
    if (dice.chance(LARGE)) return this.judgeLarge(enlarged(stream, dice))
    return isNew || isJudged ? this.judge(stream, reader.limits) : undefined
  }

  private judgeLarge(stream: string): ParserFailure | undefined {
    try {
      judgeWork(stream)
      return undefined
    } catch (error) {
      const parserCase = { chunks: [stream], limits: LIMITS[0]!, suspendEvery: 0 }
      return { execution: this.executions, parserCase, finding: asFinding(error) }
    }
  }

  private judge(stream: string, limits: FixReaderLimits): ParserFailure | undefined {
    const { dice } = this
    const suspendEvery = dice.chance(0.8) ? 0 : dice.between(1, 3)
    const parserCase = { chunks: cut(stream, dice), limits, suspendEvery }
    const finding = findingOf(runCase, parserCase)
    if (this.coverage?.takeNews() === true && this.corpus.length < CORPUS_MAX) {
      this.corpus.push(stream)
    }
    return finding && this.failure(parserCase, finding)
  }

  private failure(parserCase: ParserCase, error: unknown): ParserFailure {
    const { executions: execution } = this
    const isRepeated = findingOf(runCase, parserCase) !== undefined
    if (!isRepeated) return { execution, parserCase, finding: asFinding(error) }
    const shortest = minimise(parserCase, runCase)
    return { execution, parserCase: shortest, finding: findingOf(runCase, shortest)! }
  }

  /** Of two streams the shorter one, mostly: it is changed where it matters sooner. */
  private someStream(): string {
    const { dice, corpus } = this
    if (dice.chance(RECENT.chance)) {
      return corpus[Math.max(0, corpus.length - 1 - dice.below(RECENT.streams))]!
    }
    const one = dice.pick(corpus)!
    const other = dice.pick(corpus)!
    return one.length < other.length || dice.chance(0.2) ? one : other
  }
}
