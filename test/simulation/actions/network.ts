/** What is on its way moves on, and time passes. */
import type { Dice } from '../../support/dice.ts'
import { pass, TICK_MS } from '../settle.ts'
import type { World } from '../world.ts'
import type { Action } from './action.ts'
import { clientAction } from './action.ts'

const DAY_MS = 24 * 3_600_000
/** Of the event loop: fewer than it has. */
const TURNS_A_SECOND = 100

/** One byte, some, a lot. */
const someBytes = (dice: Dice): number => dice.pick([1, 7, 60, 300, 1_500, 65_536])!

const linesWithNews = ({ process }: World) => process?.lines.filter(({ hasNews }) => hasNews) ?? []

export const networkActions: readonly Action[] = [
  {
    name: 'client bytes arrive',
    weight: 40,
    can: ({ process }) => process?.lines.some(({ hasNews }) => hasNews) ?? false,
    run(world, dice) {
      const line = dice.pick(linesWithNews(world))!
      const max = someBytes(dice)
      world.process!.run(() => line.poll(max))
      return `at most ${max} bytes from ${line.client}`
    },
  },
  {
    name: 'the turn runs',
    weight: 35,
    can: ({ process }) => process?.hasImmediates ?? false,
    run({ process }) {
      process!.runImmediates()
      return `group ${process!.journal.groupNumber}`
    },
  },
  {
    name: 'exchange bytes arrive',
    weight: 40,
    can: ({ clients }) => clients.some(({ hasNews }) => hasNews),
    run(world, dice) {
      const client = dice.pick(world.clients.filter(({ hasNews }) => hasNews))!
      const max = someBytes(dice)
      client.read(max)
      world.process?.runDeferred()
      return `at most ${max} bytes to ${client.compId}`
    },
  },
  {
    name: 'a packet arrives',
    weight: 30,
    isOutside: true,
    can: ({ feed }) => feed.hasPackets,
    run: ({ feed, nowMs }, dice) => feed.deliver(dice, nowMs),
  },
  {
    name: 'retransmission',
    weight: 16,
    isOutside: true,
    can: ({ feed }) => feed.hasRequests || feed.hasAnswers,
    run(world, dice) {
      const { feed } = world
      const asked = feed.deliverRequests((request) => world.process?.request(request), dice)
      return `${asked} requests, ${feed.deliverAnswer(dice, world.nowMs)}`
    },
  },
  {
    name: 'time passes',
    weight: 10,
    can: () => true,
    run(world, dice) {
      const ms = dice.between(1, TICK_MS)
      pass(world, ms)
      return `${ms} ms`
    },
  },
  {
    name: 'nothing happens',
    weight: 0.15,
    can: () => true,
    run(world, dice) {
      const ms = dice.between(1_000, 40_000)
      for (let passed = 0; passed < ms; passed += 1_000) {
        pass(world, 1_000)
        // A second has room for all that is under way: work for several turns, one connection after the other.
        for (let turn = 0; turn < TURNS_A_SECOND && world.process?.hasImmediates; turn++) {
          world.process.runImmediates()
        }
      }
      return `for ${ms} ms`
    },
  },
  {
    name: 'the day ends',
    weight: 0.1,
    can: () => true,
    run(world) {
      // Bytes that arrive a day late are refused, rightly: SendingTime(52).
      for (const line of world.process?.lines ?? []) line.break()
      for (const client of world.clients) client.lost()
      pass(world, DAY_MS)
      return 'everybody is disconnected'
    },
  },
  clientAction(
    'a byte changes on the way',
    0.5,
    ({ isLoggedOn }) => isLoggedOn,
    (client) => client.damageNext(),
  ),
  clientAction(
    'connection breaks',
    1,
    ({ line }) => line !== undefined,
    (client, dice) => {
      const how = dice.pick(['broken', 'closed', 'silent'] as const)!
      if (how === 'broken') client.breakOff()
      else if (how === 'closed') client.lost()
      else client.fallSilent()
      return how
    },
  ),
]
