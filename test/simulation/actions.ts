/**
 * What can happen in one step, and how often. An action that makes no sense at the moment does
 * nothing, so steps can be taken out of a script and the rest still runs.
 */
import type { Dice } from '../support/dice.ts'
import { limitsOf } from '../support/risk.ts'
import type { Client } from './client.ts'
import { CRASH_POINTS } from './crash.ts'
import type { CrashPlan } from './crash.ts'
import { deliver, pass, settle } from './settle.ts'
import type { World } from './world.ts'

export interface Action {
  readonly name: string
  readonly weight: number
  /** @returns what happened, for the report of a failure */
  run(world: World, dice: Dice): string | undefined | Promise<string | undefined>
}

const TICK_MS = 100
const DAY_MS = 24 * 3_600_000

const someClient = (world: World, dice: Dice): Client => dice.pick(world.clients)!

const said = (client: Client, what: string): string => `${client.compId} ${what}`

/** Some client does something and tells what. */
const clientSays = (
  name: string,
  weight: number,
  act: (client: Client, dice: Dice) => string,
): Action => ({
  name,
  weight,
  run(world, dice) {
    const client = someClient(world, dice)
    return said(client, act(client, dice))
  },
})

/** One byte, some, a lot. */
const someBytes = (dice: Dice): number => dice.pick([1, 7, 60, 300, 1_500, 65_536])!

export const actions: readonly Action[] = [
  {
    name: 'order',
    weight: 30,
    run(world, dice) {
      const client = someClient(world, dice)
      const burst = dice.chance(0.1) ? dice.between(2, 30) : 1
      const lines = Array.from({ length: burst }, () => client.order(dice))
      return said(client, lines.join(', '))
    },
  },
  clientSays('cancel', 8, (client, dice) => client.cancel(dice)),
  clientSays('replace', 8, (client, dice) => client.replace(dice)),
  clientSays('request', 3, (client, dice) => client.request(dice)),
  {
    name: 'client bytes arrive',
    weight: 40,
    run({ process }, dice) {
      const line = dice.pick(process?.lines.filter(({ hasNews }) => hasNews) ?? [])
      if (line === undefined) return
      const max = someBytes(dice)
      process!.run(() => line.poll(max))
      return `at most ${max} bytes from ${line.client}`
    },
  },
  {
    name: 'the turn runs',
    weight: 35,
    run({ process }) {
      if (!process?.isBusy) return
      process.runImmediates()
      return `group ${process.journal.groupNumber}`
    },
  },
  {
    name: 'exchange bytes arrive',
    weight: 40,
    run(world, dice) {
      const client = someClient(world, dice)
      const max = someBytes(dice)
      client.read(max)
      world.process?.run(() => {})
      return `at most ${max} bytes to ${client.compId}`
    },
  },
  {
    name: 'a packet arrives',
    weight: 30,
    run(world, dice) {
      world.feed.deliver(dice, world.nowMs)
      return undefined
    },
  },
  {
    name: 'retransmission',
    weight: 8,
    run(world, dice) {
      world.feed.deliverRequests((request) => world.process?.request(request), dice)
      world.feed.deliverAnswer(dice, world.nowMs)
      return undefined
    },
  },
  {
    name: 'time passes',
    weight: 10,
    run(world, dice) {
      const ms = dice.between(1, TICK_MS)
      pass(world, ms)
      return `${ms} ms`
    },
  },
  {
    name: 'nothing happens',
    weight: 0.3,
    run(world, dice) {
      const ms = dice.between(1_000, 40_000)
      for (let passed = 0; passed < ms; passed += 1_000) pass(world, 1_000)
      return `for ${ms} ms`
    },
  },
  {
    name: 'the day ends',
    weight: 0.15,
    run(world) {
      // Bytes that arrive a day late are refused, rightly: SendingTime(52).
      for (const line of world.process?.lines ?? []) line.break()
      for (const client of world.clients) client.lost()
      pass(world, DAY_MS)
      return undefined
    },
  },
  {
    name: 'connect',
    weight: 12,
    run(world, dice) {
      const { process } = world
      const client = dice.pick(world.clients.filter(({ line }) => line === undefined))
      if (client === undefined || process?.state !== 'running') return
      client.connect(process.accept(client.compId))
      return client.compId
    },
  },
  clientSays('log out', 0.7, (client) => client.logOut()),
  {
    name: 'connection breaks',
    weight: 1.5,
    run(world, dice) {
      const client = someClient(world, dice)
      if (client.line === undefined) return
      if (dice.chance(0.7)) client.breakOff()
      else client.lost()
      return client.compId
    },
  },
  clientSays('ask again', 2, (client, dice) => client.askAgain(dice)),
  clientSays('test request', 1, (client) => client.testRequest()),
  clientSays('gap fill', 0.5, (client) => client.gapFill()),
  clientSays('misfit', 1.5, (client, dice) => client.misfit(dice)),
  clientSays('a byte changes on the way', 1, (client) => client.damageNext()),
  {
    name: 'risk limits change',
    weight: 0.5,
    run({ process, clients }, dice) {
      if (process?.state !== 'running') return
      const { compId } = dice.pick(clients)!
      const limits = dice.pick([
        {},
        { venue: { maxOpenOrders: 20, priceCollarPercent: 500 } },
        { venue: { maxPosition: 500 }, [`session ${compId}`]: { maxGrossOpen: 100_000_0000 } },
        { [`session ${compId}`]: { killed: true } },
      ])!
      process.run(() => process.exchange.setLimits(limitsOf(limits)))
      return JSON.stringify(limits)
    },
  },
  {
    name: 'start',
    weight: 20,
    run(world, dice) {
      if (world.process?.state === 'running') return
      if (world.process?.state === 'failed') world.kill(dice.chance(0.5) ? 'kill' : 'power')
      return world.start(dice)
    },
  },
  {
    name: 'plan a crash',
    weight: 1.2,
    run(world, dice) {
      const plan: CrashPlan = {
        point: dice.pick(CRASH_POINTS)!,
        passes: dice.below(dice.chance(0.5) ? 1 : 20),
        kind: dice.chance(0.5) ? 'kill' : 'power',
      }
      if (world.process?.state === 'running') world.process.plan = plan
      else world.plannedCrash = plan
      return `at ${plan.point} after ${plan.passes} passes, ${plan.kind}`
    },
  },
  {
    name: 'kill',
    weight: 0.4,
    run(world, dice) {
      const kind = dice.chance(0.5) ? 'kill' : 'power'
      world.kill(kind)
      return kind
    },
  },
  {
    name: 'disk fault',
    weight: 0.5,
    run(world, dice) {
      const fault = dice.pick(['EIO on sync', 'EIO on write', 'ENOSPC', 'short write'])!
      world.isDiskFaulty = true
      if (fault === 'EIO on sync') world.disk.failNext('fdatasync', 'EIO')
      else if (fault === 'EIO on write') world.disk.failNext('writev', 'EIO')
      else if (fault === 'ENOSPC') world.disk.failNext('writev', 'ENOSPC')
      else world.disk.shortenNextWrite(dice.between(1, 300))
      return fault
    },
  },
  {
    name: 'stop in order',
    weight: 0.2,
    async run(world) {
      const { process } = world
      if (process?.state !== 'running') return
      process.run(() => process.exchange.acceptor.logOutAll('The exchange is closing'))
      for (let round = 0; round < 10; round++) deliver(world)
      await process.end()
      return `after group ${process.journal.groupNumber}`
    },
  },
  {
    name: 'settle',
    weight: 0.6,
    run: (world, dice) => settle(world, dice),
  },
]
