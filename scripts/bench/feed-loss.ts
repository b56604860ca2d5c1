/**
 * A subscriber behind a bad network: packets of each line dropped at random, independently; sent twice,
 * late and out of order; lost many in a row, on one line and on both; and silence for ten seconds. Then
 * all of it at once, while others join, and late joiners afterwards. Another subscriber, beside the
 * exchange, has a good network. It says how long after each disturbance the first has everything again,
 * what that took, and whether the books of all are the same at every message at which two had one, and at
 * the end those of the engine. Needs root, `ip` and `iptables`.
 */
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { Random } from '../../src/client/index.ts'
import type { LineFaults } from './faulty-line.ts'
import { NO_FAULTS } from './faulty-line.ts'
import { engineHash } from './feed-hash.ts'
import type { Place } from './feed-network.ts'
import { EXCHANGE, FeedNetwork, inNamespace, SUBSCRIBER } from './feed-network.ts'
import type { RelayCounters } from './feed-relay.ts'
import type { Status } from './follower-process.ts'
import { FollowerProcess } from './follower-process.ts'
import { SteadyLoad } from './steady-load.ts'
import type { ServedTarget } from './target.ts'
import { LINES, startExchange, stopExchange } from './target.ts'

type Print = (line: string) => void

/** Messages of the load client in a second: some that it sends print nothing on the feed. */
const RATE = 21_500
const DISTURBED_MS = 6_000
const HEALED_MS = 3_000
/** The subscriber has everything again so long after the disturbance. */
const RECOVERY_MS_MAX = 1_000
/** Who comes during a disturbance of its own, or afterwards, at random moments; they stay for a while. */
const LATE_JOINERS = 3
const JOIN_WITHIN_MS = 2_000
const STAY_MS = 4_000
const SEED = 42

interface Disturbance {
  readonly name: string
  readonly ms: number
  /** Share of each line's packets that the firewall drops. */
  readonly lost: number
  readonly faults: LineFaults
  /** Who joins meanwhile. */
  readonly joiners: number
}

const disturbance = (name: string, what: Partial<Disturbance>): Disturbance => ({
  name,
  ms: DISTURBED_MS,
  lost: 0,
  faults: NO_FAULTS,
  joiners: 0,
  ...what,
})
const faulty = (name: string, faults: Partial<LineFaults>): Disturbance =>
  disturbance(name, { faults: { ...NO_FAULTS, ...faults } })

/** A line loses a fifth to a third of its packets this way. */
const BURSTS = 1 / 1_000
const DISTURBANCES: readonly Disturbance[] = [
  ...[0.01, 0.05, 0.1, 0.3].map((lost) =>
    disturbance(`${lost * 100} % of each line lost`, { lost }),
  ),
  disturbance('nothing arrives for 10 s', { ms: 10_000, lost: 1 }),
  faulty('5 % twice', { doubled: 0.05 }),
  faulty('5 % late, out of order', { late: 0.05 }),
  faulty('bursts, each line its own', { bursts: BURSTS }),
  faulty('bursts on both lines', { bursts: BURSTS, onAllLines: true }),
  disturbance('all but silence, others join', {
    ms: 8_000,
    lost: 0.01,
    faults: { doubled: 0.05, late: 0.05, bursts: BURSTS, onAllLines: true },
    joiners: LATE_JOINERS,
  }),
]

export async function benchFeedLoss(print: Print): Promise<void> {
  if (process.getuid?.() !== 0) {
    print('left out: network namespaces need root')
    return
  }
  const network = await FeedNetwork.open(LINES)
  const exchange = await startExchange({
    within: ['ip', ...inNamespace(EXCHANGE.namespace)],
    feedAddress: EXCHANGE.address,
  })
  const scene = new Scene(print, network, exchange)
  const load = new SteadyLoad(exchange.port, RATE)
  try {
    await delay(HEALED_MS)
    print('                              whole again   requests   snapshots')
    for (const one of DISTURBANCES) await scene.disturb(one)
    for (let i = 1; i <= LATE_JOINERS; i++) await scene.joinLate(`joins late, the ${i}.`)
    load.end()
    await delay(HEALED_MS)
    await scene.compare(join(exchange.directory, 'data/journal'))
  } finally {
    load.end()
    scene.close()
    await stopExchange(exchange)
    network.close()
  }
}

/** Who is there, and what happens to them. */
class Scene {
  private readonly print: Print
  private readonly network: FeedNetwork
  private readonly exchange: ServedTarget
  private readonly random = new Random(SEED)
  private readonly followers: FollowerProcess[] = []
  /** Has a good network. */
  private readonly reference: FollowerProcess
  private readonly subscriber: FollowerProcess

  constructor(print: Print, network: FeedNetwork, exchange: ServedTarget) {
    this.print = print
    this.network = network
    this.exchange = exchange
    this.reference = this.join(EXCHANGE)
    this.subscriber = this.join(SUBSCRIBER)
  }

  async disturb({ name, ms, lost, faults, joiners }: Disturbance): Promise<void> {
    const { network, reference, subscriber } = this
    const before = subscriber.status
    const beforeNext = reference.status.next
    const beforeDone = await network.behave(faults)
    network.lose(lost)
    const [joined] = await Promise.all([this.joinMany(joiners, ms), delay(ms)])
    const healedMs = performance.now()
    const done = await network.heal()
    const rate = ((reference.status.next - beforeNext) / ms) * 1000
    const { next } = reference.status
    const whole = (follower: FollowerProcess) => follower.has(next, healedMs)
    const tookMs = await Promise.all([subscriber, ...joined].map(whole))
    await delay(HEALED_MS)
    this.say(name, tookMs[0]!, subscriber.status, before)
    this.print(
      `    ${Math.round(rate).toLocaleString('en-US')} messages/s${deeds(done, beforeDone)}`,
    )
    for (const [i, { status }] of joined.entries()) {
      this.say(`    joined, the ${i + 1}.`, tookMs[i + 1]!, status)
    }
    await Promise.all(joined.map((follower) => follower.end()))
  }

  async joinLate(name: string): Promise<void> {
    await delay(this.random.integer(0, JOIN_WITHIN_MS))
    const late = this.join(SUBSCRIBER)
    const joinedMs = await late.hasJoined()
    const tookMs = await late.has(this.reference.status.next, joinedMs)
    this.say(name, tookMs, late.status)
    await delay(STAY_MS)
    await late.end()
  }

  /** The books of all are those of the reference, and its last ones the engine's. */
  async compare(journalDirectory: string): Promise<void> {
    const { reference, followers, print } = this
    for (const follower of followers) await follower.end()
    let same = 0
    let different = 0
    for (const { pictures } of followers.filter((one) => one !== reference)) {
      for (const [sequence, hash] of pictures) {
        const expected = reference.pictures.get(sequence)
        if (expected === hash) same++
        else if (expected !== undefined) different++
      }
    }
    const sum = (of: (status: Status) => number) =>
      followers.reduce((total, { status }) => total + of(status), 0)
    const lost = sum((status) => status.lost)
    const problems = sum((status) => status.problems)
    const isSound = different + lost + problems === 0 && same > 0
    print(
      `books compared ${same + different} times: ${different} differ; ${lost} messages lost, ` +
        `${problems} impossible messages   ${isSound ? 'passes' : 'FAILS'}`,
    )
    const engine = engineHash(journalDirectory)
    const last = this.subscriber.pictures.get(engine.messages)
    print(
      `behind message ${engine.messages} the subscriber's ${engine.orders} orders are those of the ` +
        `engine   ${last === engine.hash ? 'passes' : 'FAILS'}`,
    )
  }

  close(): void {
    for (const follower of this.followers) follower.kill()
  }

  private join(place: Place): FollowerProcess {
    const follower = new FollowerProcess(place, this.exchange)
    this.followers.push(follower)
    return follower
  }

  /** @returns those who joined at random moments within the time */
  private joinMany(count: number, ms: number): Promise<FollowerProcess[]> {
    const moments = Array.from({ length: count }, () => this.random.integer(0, ms / 2))
    return Promise.all(
      moments.map(async (moment) => delay(moment).then(() => this.join(SUBSCRIBER))),
    )
  }

  private say(name: string, tookMs: number, status: Status, before = NOTHING): void {
    const requests = String(status.requests - before.requests).padStart(11)
    const snapshots = String(status.snapshots - before.snapshots).padStart(12)
    const took = `${tookMs.toFixed(0).padStart(8)} ms`
    this.print(`${name.padEnd(30)}${took}${requests}${snapshots}   ${verdict(tookMs)}`)
  }
}

const NOTHING = { requests: 0, snapshots: 0 }

/** What the relay did to the packets of both lines. */
function deeds(after: RelayCounters, before: RelayCounters): string {
  const count = (of: keyof RelayCounters, name: string): string =>
    after[of] === before[of] ? '' : `, ${after[of] - before[of]} ${name}`
  const all = count('packets', 'packets')
  return `${all}${count('doubled', 'twice')}${count('late', 'late')}${count('lost', 'lost in bursts')}`
}

const verdict = (ms: number): string =>
  ms <= RECOVERY_MS_MAX ? 'passes' : `FAILS: at most ${RECOVERY_MS_MAX} ms`

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await benchFeedLoss((line) => console.log(line))
}
