/** How the world moves on: time, the network, and everything coming to rest. */
import type { Dice } from '../support/dice.ts'
import { Violation } from './violation.ts'
import type { World } from './world.ts'

/** How often `serve` looks at the clock, at least. */
export const TICK_MS = 100
/** A minute: longer than every timeout of a session. */
const ROUNDS_MAX = 600

/** The clocks move on and everybody looks at them. Timers never come before a setImmediate that is due. */
export function pass(world: World, ms: number): void {
  world.clock.advance(ms)
  const { process } = world
  process?.runImmediates()
  process?.run(() => process.exchange.tick())
  for (const client of world.clients) client.tick()
  world.feed.tick(world.nowMs)
}

/** Everything that is on its way arrives. */
export function deliver(world: World): void {
  const { process } = world
  for (const line of process?.lines ?? []) process!.run(() => line.poll(Infinity))
  process?.runImmediates()
  for (const client of world.clients) {
    do {
      client.read(Infinity)
      process?.runDeferred()
    } while (client.line !== undefined && client.line.toClientBytes > 0)
  }
  world.feed.deliverAll(world.nowMs)
  world.feed.deliverRequests((request) => process?.request(request))
}

/** The drop copy has what the exchange says is durable, unless something is wrong with it. */
async function copyAll({ dropCopy }: World): Promise<void> {
  while (dropCopy.database.isAsked || dropCopy.canGoOn) {
    if (dropCopy.canGoOn) dropCopy.goOn()
    else dropCopy.database.answer()
    await keepPromises()
  }
}

/** Promises that are due are kept: password checks, the preparation of a segment. */
export async function keepPromises(): Promise<void> {
  for (let i = 0; i < 10; i++) await Promise.resolve()
}

/** No faults any more until everybody has everything; then it must be complete. */
export async function settle(world: World, dice: Dice): Promise<string> {
  for (let round = 1; round <= ROUNDS_MAX; round++) {
    reopen(world, dice)
    for (const client of world.clients) client.prove()
    deliver(world)
    await keepPromises()
    await copyAll(world)
    if (isQuiet(world)) {
      world.check()
      world.checkQuiet()
      return `in ${round} rounds`
    }
    pass(world, TICK_MS)
  }
  throw new Violation('settles', describe(world))
}

/** The exchange runs, and every client that it has let go connects again. */
function reopen(world: World, dice: Dice): void {
  world.plannedCrash = undefined
  if (world.process) world.process.plan = undefined
  if (world.process?.state !== 'running') {
    world.kill('kill')
    world.start(dice)
  }
  const { process } = world
  if (process === undefined) return
  for (const line of process.lines) if (line.isSilent) line.break()
  for (const client of world.clients) {
    if (client.line === undefined) client.connect(process.accept(client.compId))
  }
}

function isQuiet(world: World): boolean {
  const { process, clients, feed, dropCopy } = world
  return (
    process?.state === 'running' &&
    !process.isBusy &&
    clients.every(({ isUpToDate, line }) => isUpToDate && line?.toServerBytes === 0) &&
    clients.every(({ line }) => line?.toClientBytes === 0 && line.writableLength === 0) &&
    feed.isIdle &&
    !dropCopy.isBehind &&
    feed.patient.arbiter.session === process.publisher.session &&
    feed.patient.arbiter.next === process.publisher.nextSequence
  )
}

function describe({ process, clients, feed }: World): string {
  const lines = clients.map(({ compId, session, line }) => {
    const bytes = `${line?.toServerBytes} to and ${line?.toClientBytes} from the exchange`
    return `${compId} ${session.state}${session.hasGap ? ' with a gap' : ''} ${bytes}`
  })
  const { session, next } = feed.patient.arbiter
  const { publisher } = process ?? {}
  const feeds = `the feed is before ${publisher?.session} ${publisher?.nextSequence}, its subscriber before ${session} ${next}`
  return `${process?.state}; ${lines.join('; ')}; ${feeds}`
}
