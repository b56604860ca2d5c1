/**
 * One run against the assembled exchange: two mutants and a good citizen, then a restart. Everything
 * random comes from the seed.
 */
import { Dice } from '../../support/dice.ts'
import { ExchangeStage } from '../../support/exchange-stage.ts'
import { DurableHistory } from '../../simulation/durable-history.ts'
import { asFinding, Finding } from '../parser/finding.ts'
import { Citizen } from './citizen.ts'
import { Mutant } from './mutant.ts'

export const STEPS_DEFAULT = 300
/** Messages of a mutant between two orders of the good citizen. */
const TRADES_EVERY = 7

export interface SessionOutcome {
  readonly finding: Finding | undefined
  /** What was said last, when there is a finding. */
  readonly story: string
  /** Messages by what came of them. */
  readonly counts: Record<string, number>
}

export async function fuzzSession(seed: number, steps = STEPS_DEFAULT): Promise<SessionOutcome> {
  const dice = new Dice(seed)
  const sessions = [
    { senderCompId: 'GOOD' },
    { senderCompId: 'EVE' },
    { senderCompId: 'MALLORY', cancelOnDisconnect: 'disconnect' as const, validateUserTags: true },
  ]
  const stage = new ExchangeStage({ sessions })
  const citizen = new Citizen(stage, 'GOOD', dice)
  const mutants = [new Mutant(stage, 'EVE', dice), new Mutant(stage, 'MALLORY', dice)]
  let mutant = mutants[0]!
  try {
    await citizen.logOn()
    for (let step = 0; step < steps; step++) {
      mutant = dice.pick(mutants)!
      await mutant.step()
      judgeStage(stage)
      if (step % TRADES_EVERY === 0) await citizen.trade()
      if (dice.chance(0.05)) await stage.advance(100)
    }
    for (mutant of mutants) await mutant.catchUp()
    await citizen.hear()
    judgeReports(stage, citizen)
    judgeReplay(stage)
    return { finding: undefined, story: '', counts: total(mutants) }
  } catch (error) {
    return { finding: asFinding(error), story: mutant.story, counts: total(mutants) }
  }
}

function judgeStage({ fatal }: ExchangeStage): void {
  if (fatal.length > 0) throw asFinding(fatal[0])
}

/** Every report of the journal for the good citizen was heard. */
function judgeReports(stage: ExchangeStage, { heard }: Citizen): void {
  const history = new DurableHistory(stage.disk)
  history.catchUp()
  for (const { session, exec_id: execId } of history.executions.values()) {
    if (session !== 'GOOD' || heard.execIds.has(String(execId))) continue
    throw new Finding('citizen', `never got ExecID ${execId}`)
  }
}

/** A second engine that executes the journal has the same state, and the exchange starts on it. */
function judgeReplay(stage: ExchangeStage): void {
  const history = new DurableHistory(stage.disk)
  history.catchUp()
  const live = stage.exchange.engine.stateHash()
  if (history.engine.stateHash() !== live) throw new Finding('replay', 'another state')
  stage.restart()
  judgeStage(stage)
}

function total(mutants: readonly Mutant[]): Record<string, number> {
  const sum: Record<string, number> = {}
  for (const { counts } of mutants) {
    for (const [what, count] of Object.entries(counts)) sum[what] = (sum[what] ?? 0) + count
  }
  return sum
}
