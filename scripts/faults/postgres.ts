/**
 * PostgreSQL stops, dies, freezes, loses the answer to a COMMIT, and stays away, under load: trading does
 * not feel it, and when it is back every row is there once.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { PostgresServer, postgresBinaries } from '../../test/dropcopy/support/postgres.ts'
import { CommitCutter } from './commit-cutter.ts'
import type { Fault, Round } from './fault.ts'
import { Stage, until } from './stage.ts'

const AWAY_MS = 1_500
const FROZEN_MS = 3_000
const COMMITS_CUT = 60
const BETWEEN_MS = 600
const TIMES = 3
const WAITS = 'drop copy waits for its database; trading goes on'

interface Scene {
  readonly round: Round
  readonly stage: Stage
  readonly server: PostgresServer
  readonly cutter: CommitCutter
}

const fault = (name: string, what: string, act: (scene: Scene) => Promise<void>): Fault => ({
  name,
  what,
  underLoad: true,
  whyNot: () => (postgresBinaries() === undefined ? 'PostgreSQL is not installed' : undefined),
  inject: (round) => withPostgres(round, act),
})

export const postgresFaults: readonly Fault[] = [
  fault(
    'postgres-stopped',
    `PostgreSQL stops or is killed, and starts again, ${2 * TIMES} times`,
    stop,
  ),
  fault(
    'postgres-frozen',
    `PostgreSQL is stopped by SIGSTOP for ${FROZEN_MS / 1000} s, ${TIMES} times`,
    freeze,
  ),
  fault('postgres-commit', `the answer to a COMMIT is lost, ${COMMITS_CUT} times`, cutCommits),
  fault('postgres-away', 'PostgreSQL is away for 30 s, with --long for five minutes', stayAway),
]

async function withPostgres(round: Round, act: (scene: Scene) => Promise<void>): Promise<void> {
  const server = await PostgresServer.create(postgresBinaries()!)
  await server.start()
  const cutter = await CommitCutter.before(Number(new URL(server.url).port))
  const url = new URL(server.url)
  url.port = String(cutter.port)
  try {
    const settings = { dropcopy: { database: url.href } }
    const play = async (stage: Stage): Promise<void> => {
      await stage.start()
      await stage.trade(300)
      await act({ round, stage, server, cutter })
      await stage.finish({ database: server.url })
    }
    await Stage.play(round, play, settings)
  } finally {
    cutter.close()
    await server.remove()
  }
}

async function stop({ round, stage, server }: Scene): Promise<void> {
  for (const signal of Array.from({ length: TIMES }, () => ['SIGINT', 'SIGKILL'] as const).flat()) {
    await stage.tradesOn(
      server.stop(signal).then(() => sleep(AWAY_MS)),
      `PostgreSQL: ${signal}`,
    )
    round.injected()
    await stage.tradesOn(server.start(), 'PostgreSQL starts')
    await stage.catchesUp()
  }
  await stage.logs(WAITS)
}

async function freeze({ round, stage, server }: Scene): Promise<void> {
  for (let time = 0; time < TIMES; time++) {
    server.signal('SIGSTOP')
    await stage.tradesOn(sleep(FROZEN_MS), 'PostgreSQL is frozen')
    round.injected()
    server.signal('SIGCONT')
    await stage.tradesOn(sleep(AWAY_MS), 'PostgreSQL goes on')
    await stage.catchesUp()
  }
}

async function cutCommits({ round, stage, cutter }: Scene): Promise<void> {
  for (let cut = 1; cut <= COMMITS_CUT; cut++) {
    cutter.arm()
    const lost = until(() => cutter.cuts === cut, 'a COMMIT')
    await stage.tradesOn(lost, 'the answer to a COMMIT is lost')
    round.injected()
    // Time for a commit that succeeds: after several that fail it waits for longer and longer.
    await stage.tradesOn(sleep(BETWEEN_MS), 'the copy goes on')
  }
}

async function stayAway({ round, stage, server }: Scene): Promise<void> {
  const backlog = () => stage.metric('dropcopy_backlog_bytes')
  await server.stop()
  const before = await backlog()
  await stage.tradesOn(sleep(round.longMs), 'PostgreSQL is away')
  round.injected()
  const after = await backlog()
  round.check(after > before, `the backlog was ${before} bytes, and is ${after}`)
  await server.start()
  await stage.catchesUp()
}
