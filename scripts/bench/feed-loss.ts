/**
 * A subscriber behind a network that loses: the exchange and the subscriber in network namespaces of their
 * own, packets of each line dropped at random by the subscriber's firewall, independently, and silence
 * for ten seconds; then late joiners. Another subscriber, beside the exchange, loses nothing. It says how
 * long after each disturbance the first has everything again, what that took, and whether the books of the
 * two are the same at every message at which both had one. Needs root, `ip` and `iptables`.
 */
import { execFileSync, spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { FollowerLine, FollowerOptions } from './feed-follower.ts'
import type { LoadOptions } from './load-client.ts'
import { startExchange, stopExchange } from './target.ts'

type Print = (line: string) => void

const EXCHANGE = { namespace: 'bw-exchange', address: '10.77.0.1' }
const SUBSCRIBER = { namespace: 'bw-subscriber', address: '10.77.0.2' }
const GROUPS = ['239.192.44.3', '239.192.44.4']
const RATE = 20_000
const DISTURBED_MS = 6_000
const BLACKOUT_MS = 10_000
const HEALED_MS = 3_000
/** The subscriber has everything again so long after the disturbance. */
const RECOVERY_MS_MAX = 1_000
const RECOVERY_WAIT_MS = 10_000
const LATE_JOINERS = 3

const ip = (...args: string[]): void => void execFileSync('ip', args, { stdio: 'pipe' })
const inNamespace = (namespace: string, ...command: string[]): string[] => [
  'netns',
  'exec',
  namespace,
  ...command,
]

function openNetwork(): void {
  closeNetwork()
  for (const { namespace } of [EXCHANGE, SUBSCRIBER]) ip('netns', 'add', namespace)
  ip(
    'link',
    'add',
    'bw0',
    'netns',
    EXCHANGE.namespace,
    'type',
    'veth',
    'peer',
    'name',
    'bw1',
    'netns',
    SUBSCRIBER.namespace,
  )
  for (const [{ namespace, address }, link] of [
    [EXCHANGE, 'bw0'],
    [SUBSCRIBER, 'bw1'],
  ] as const) {
    ip('-n', namespace, 'address', 'add', `${address}/24`, 'dev', link)
    for (const name of [link, 'lo']) ip('-n', namespace, 'link', 'set', name, 'up')
    ip('-n', namespace, 'route', 'add', '239.0.0.0/8', 'dev', link)
  }
}

function closeNetwork(): void {
  for (const { namespace } of [EXCHANGE, SUBSCRIBER]) {
    try {
      ip('netns', 'del', namespace)
    } catch {
      // It was not there.
    }
  }
}

/** @param share of each line's packets that are lost, 0 to 1 */
function lose(share: number): void {
  const firewall = (...args: string[]) =>
    ip(...inNamespace(SUBSCRIBER.namespace, 'iptables', ...args))
  firewall('-F', 'INPUT')
  if (share === 0) return
  for (const group of GROUPS) {
    const random = ['-m', 'statistic', '--mode', 'random', '--probability', String(share)]
    firewall('-A', 'INPUT', '-d', group, ...(share < 1 ? random : []), '-j', 'DROP')
  }
}

type Status = Extract<FollowerLine, { next: number }>

class Follower {
  readonly pictures = new Map<number, number>()
  status: Status = { next: 1, isLive: false, requests: 0, snapshots: 0, lost: 0, problems: 0 }
  private readonly child: ChildProcess

  constructor(namespace: string, options: FollowerOptions) {
    const program = fileURLToPath(new URL('feed-follower.ts', import.meta.url))
    const command = [process.execPath, '--import', 'tsx', program, JSON.stringify(options)]
    this.child = spawn('ip', inNamespace(namespace, ...command), {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    createInterface({ input: this.child.stdout! }).on('line', (text) => {
      const line = JSON.parse(text) as FollowerLine
      if ('picture' in line) this.pictures.set(line.picture, line.hash)
      else this.status = line
    })
  }

  /** Milliseconds until it has everything up to a message; Infinity when it takes too long. */
  async has(next: number): Promise<number> {
    const began = performance.now()
    while (!this.status.isLive || this.status.next < next) {
      if (performance.now() - began > RECOVERY_WAIT_MS) return Infinity
      await delay(5)
    }
    return performance.now() - began
  }

  close(): void {
    this.child.kill('SIGKILL')
  }
}

function startLoad(port: number, requests: number): ChildProcess {
  const program = fileURLToPath(new URL('load-client.ts', import.meta.url))
  const options: LoadOptions = {
    port,
    compId: 'ACME',
    password: 'acme',
    flow: 'mixed',
    requests,
    window: 0,
    rate: RATE,
    firstId: 1,
  }
  const command = [process.execPath, '--import', 'tsx', program, '--run', JSON.stringify(options)]
  return spawn('ip', inNamespace(EXCHANGE.namespace, ...command), { stdio: 'ignore' })
}

export async function benchFeedLoss(print: Print): Promise<void> {
  if (process.getuid?.() !== 0) {
    print('left out: network namespaces need root')
    return
  }
  openNetwork()
  const exchange = await startExchange({
    within: ['ip', ...inNamespace(EXCHANGE.namespace)],
    feedAddress: EXCHANGE.address,
  })
  const { lines, retransmission, snapshot } = exchange
  const at = (host: string, port: number) => ({ host, port })
  const options = (address: string): FollowerOptions => ({
    lines,
    interface: address,
    retransmission: at(EXCHANGE.address, retransmission),
    snapshot: { ...at(EXCHANGE.address, snapshot), username: 'demo', password: 'demo' },
  })
  const followers: Follower[] = []
  const join = (place: typeof EXCHANGE): Follower => {
    const follower = new Follower(place.namespace, options(place.address))
    followers.push(follower)
    return follower
  }
  const reference = join(EXCHANGE)
  const subscriber = join(SUBSCRIBER)
  const disturbances = [0.01, 0.05, 0.1, 0.3].map((share) => ({
    name: `${share * 100} % of each line lost`,
    share,
    ms: DISTURBED_MS,
  }))
  disturbances.push({ name: 'nothing arrives for 10 s', share: 1, ms: BLACKOUT_MS })
  const seconds = disturbances.reduce((sum, { ms }) => sum + ms + HEALED_MS, 0) / 1000 + 30
  const load = startLoad(exchange.port, RATE * seconds)

  try {
    await delay(HEALED_MS)
    print('                              whole again   requests   snapshots')
    for (const { name, share, ms } of disturbances) {
      const before = subscriber.status
      const beforeNext = reference.status.next
      lose(share)
      await delay(ms)
      lose(0)
      const rate = ((reference.status.next - beforeNext) / ms) * 1000
      const tookMs = await subscriber.has(reference.status.next)
      await delay(HEALED_MS)
      const { requests, snapshots } = subscriber.status
      print(
        `${name.padEnd(30)}${row(tookMs)}${String(requests - before.requests).padStart(11)}` +
          `${String(snapshots - before.snapshots).padStart(12)}   ${verdict(tookMs)}` +
          `   (${Math.round(rate).toLocaleString('en-US')} messages/s)`,
      )
    }
    for (let i = 1; i <= LATE_JOINERS; i++) {
      await delay(500 + 700 * i)
      const late = join(SUBSCRIBER)
      while (late.status.next === 1) await delay(5)
      const tookMs = await late.has(reference.status.next)
      const { requests, snapshots } = late.status
      const cells = `${String(requests).padStart(11)}${String(snapshots).padStart(12)}`
      print(`${`joins late, the ${i}.`.padEnd(30)}${row(tookMs)}${cells}   ${verdict(tookMs)}`)
    }
    await delay(HEALED_MS)
    compare(print, reference, followers)
  } finally {
    load.kill('SIGKILL')
    for (const follower of followers) follower.close()
    await stopExchange(exchange)
    closeNetwork()
  }
}

/** Books at the messages at which both had some, and what nobody may have seen. */
function compare(print: Print, reference: Follower, followers: readonly Follower[]): void {
  let same = 0
  let different = 0
  for (const follower of followers) {
    if (follower === reference) continue
    for (const [sequence, hash] of follower.pictures) {
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
}

const row = (ms: number): string => `${ms.toFixed(0).padStart(8)} ms`
const verdict = (ms: number): string =>
  ms <= RECOVERY_MS_MAX ? 'passes' : `FAILS: at most ${RECOVERY_MS_MAX} ms`

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await benchFeedLoss((line) => console.log(line))
}
