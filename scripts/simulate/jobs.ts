/** The same simulation in several processes, each with seeds of its own. */
import type { ChildProcess } from 'node:child_process'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Plan, Totals } from './totals.ts'
import { addTotals, noTotals, SEED_MAX } from './totals.ts'

const PROGRAM = fileURLToPath(new URL('../simulate.ts', import.meta.url))

/** Runs until all are through, or one fails. */
export async function runJobs(plan: Plan, jobs: number): Promise<Totals> {
  const totals = noTotals()
  const children: ChildProcess[] = []
  for (let job = 0; job < jobs; job++) children.push(startJob(plan, job, jobs))
  await Promise.all(
    children.map(async (child) => {
      child.on('message', (more: Totals) => addTotals(totals, more))
      const [code] = await once(child, 'exit')
      if (code === 0) return
      totals.hasFailed = true
      for (const other of children) if (other !== child) other.kill()
    }),
  )
  return totals
}

/** Seeds of different jobs are as far from each other as they can be. */
function startJob(plan: Plan, job: number, jobs: number): ChildProcess {
  const seed = (plan.seed + Math.floor((SEED_MAX / jobs) * job)) % SEED_MAX
  const runs = Math.ceil(plan.runs / jobs)
  const bound = plan.runs === Infinity ? ['--seconds', plan.seconds] : ['--runs', runs]
  const flags = plan.shrinks ? [] : ['--no-shrink']
  const args = ['--seed', seed, '--steps', plan.steps, ...bound, ...flags]
  return fork(PROGRAM, args.map(String))
}
