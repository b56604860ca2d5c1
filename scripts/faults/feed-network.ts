/** The kernel takes no datagrams of the feed: orders are answered as ever, and who asks has every message. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Fault, Round } from './fault.ts'
import { ENETUNREACH, EPERM, whyNoCompiler, withShim } from './native.ts'
import { Stage, until } from './stage.ts'

const ERRORS = [ENETUNREACH, EPERM]

export const feedNetwork: Fault = {
  name: 'feed-network',
  what: '200 sends of the feed fail: no route, and a firewall',
  underLoad: true,
  whyNot: whyNoCompiler,
  async inject(round) {
    for (const error of ERRORS) await Stage.play(round, (stage) => failSends(round, stage, error))
  },
}

async function failSends(round: Round, stage: Stage, error: number): Promise<void> {
  const number = round.dice.between(100, 200)
  await stage.start(withShim(round.scratch, `send:${number}:error:${error}`))
  const failed = until(async () => (await stage.metric('feed_errors_total')) > 0, 'a failed send')
  await stage.tradesOn(failed, 'a network that takes nothing')
  round.injected()
  await stage.tradesOn(sleep(1_000), 'a network that takes datagrams again')
  await stage.finish()
}
