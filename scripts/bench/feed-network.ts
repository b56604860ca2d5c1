/**
 * Three network namespaces for the exchange, a router and a subscriber. Requests, snapshots and their
 * answers are routed; the lines of the feed pass through a relay on the router, which does to them what it
 * is told, and the subscriber's firewall, which drops packets of each line at random. Needs root, `ip` and
 * `iptables`.
 */
import { execFileSync, spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { FeedLine } from '../../src/client/index.ts'
import type { LineFaults } from './faulty-line.ts'
import { NO_FAULTS } from './faulty-line.ts'
import type { RelayCounters, RelayOptions } from './feed-relay.ts'

/** A place where processes run, with the address of its interface. */
export interface Place {
  readonly namespace: string
  readonly address: string
}

export const EXCHANGE: Place = { namespace: 'bw-exchange', address: '10.77.1.1' }
export const SUBSCRIBER: Place = { namespace: 'bw-subscriber', address: '10.77.2.1' }
const ROUTER = 'bw-router'
/** A link from each of them to the router, with the router's address on it. */
const LINKS = [
  { place: EXCHANGE, link: 'bw0', routerLink: 'bw1', router: '10.77.1.254' },
  { place: SUBSCRIBER, link: 'bw2', routerLink: 'bw3', router: '10.77.2.254' },
] as const
const RELAY_SEED = 7

const ip = (...args: string[]): void => void execFileSync('ip', args, { stdio: 'pipe' })

/** Arguments of `ip` that run a command there. */
export const inNamespace = (namespace: string, ...command: string[]): string[] => [
  'netns',
  'exec',
  namespace,
  ...command,
]

/** Starts a TypeScript program there, with pipes to its input and from its output. */
export function spawnIn(namespace: string, name: string, args: readonly string[]): ChildProcess {
  const program = fileURLToPath(new URL(name, import.meta.url))
  const command = [process.execPath, '--import', 'tsx', program, ...args]
  return spawn('ip', inNamespace(namespace, ...command), { stdio: ['pipe', 'pipe', 'inherit'] })
}

export class FeedNetwork {
  private readonly lines: readonly FeedLine[]
  private readonly relay: ChildProcess
  private done: RelayCounters = { packets: 0, doubled: 0, late: 0, lost: 0 }
  private told: () => void = () => {}

  private constructor(lines: readonly FeedLine[], relay: ChildProcess) {
    this.lines = lines
    this.relay = relay
    createInterface({ input: relay.stdout! }).on('line', (text) => {
      this.done = JSON.parse(text) as RelayCounters
      this.told()
    })
  }

  /** @param lines multicast groups that are to reach the subscriber */
  static async open(lines: readonly FeedLine[]): Promise<FeedNetwork> {
    closeNamespaces()
    for (const namespace of [EXCHANGE.namespace, ROUTER, SUBSCRIBER.namespace]) {
      ip('netns', 'add', namespace)
      ip('-n', namespace, 'link', 'set', 'lo', 'up')
    }
    for (const link of LINKS) openLink(link)
    ip(...inNamespace(ROUTER, 'sysctl', '-qw', 'net.ipv4.ip_forward=1'))
    const [{ router: from }, { router: to }] = LINKS
    const options: RelayOptions = { lines, from, to, seed: RELAY_SEED }
    const relay = spawnIn(ROUTER, 'feed-relay.ts', [JSON.stringify(options)])
    const network = new FeedNetwork(lines, relay)
    await network.hasTold()
    return network
  }

  /** @param share of each line's packets that the subscriber's firewall drops, 0 to 1 */
  lose(share: number): void {
    const firewall = (...args: string[]) =>
      ip(...inNamespace(SUBSCRIBER.namespace, 'iptables', ...args))
    firewall('-F', 'INPUT')
    if (share === 0) return
    for (const { group } of this.lines) {
      const random = ['-m', 'statistic', '--mode', 'random', '--probability', String(share)]
      firewall('-A', 'INPUT', '-d', group, ...(share < 1 ? random : []), '-j', 'DROP')
    }
  }

  /** @returns what the relay did to packets until now */
  async behave(faults: LineFaults): Promise<RelayCounters> {
    this.relay.stdin!.write(`${JSON.stringify(faults)}\n`)
    await this.hasTold()
    return this.done
  }

  /** Nothing is disturbed any more. @returns as `behave` */
  heal(): Promise<RelayCounters> {
    this.lose(0)
    return this.behave(NO_FAULTS)
  }

  close(): void {
    this.relay.kill('SIGKILL')
    closeNamespaces()
  }

  private hasTold(): Promise<void> {
    return new Promise((resolve) => (this.told = resolve))
  }
}

function openLink({ place, link, routerLink, router }: (typeof LINKS)[number]): void {
  const { namespace, address } = place
  const ends = [link, 'netns', namespace, 'type', 'veth', 'peer', 'name', routerLink]
  ip('link', 'add', ...ends, 'netns', ROUTER)
  ip('-n', namespace, 'address', 'add', `${address}/24`, 'dev', link)
  ip('-n', ROUTER, 'address', 'add', `${router}/24`, 'dev', routerLink)
  ip('-n', namespace, 'link', 'set', link, 'up')
  ip('-n', ROUTER, 'link', 'set', routerLink, 'up')
  ip('-n', namespace, 'route', 'add', 'default', 'via', router)
}

function closeNamespaces(): void {
  for (const namespace of [EXCHANGE.namespace, ROUTER, SUBSCRIBER.namespace]) {
    try {
      ip('netns', 'del', namespace)
    } catch {
      // It was not there.
    }
  }
}
