/**
 * `buttonwood serve` when its own code throws in a callback, wherever that is: the process ends at
 * once with one line, and nobody hears another word, as after an error of the journal.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { RawFix } from '../support/raw-fix.ts'
import { ExchangeFolder, PROCESS_MS } from '../support/running-exchange.ts'

/** From the sources, of which the fault changes one. */
const FAULTY = '--import tsx --import ./test/start/faulty-callbacks.ts src/cli/bin.ts'.split(' ')

let folder: ExchangeFolder
beforeAll(async () => {
  folder = await ExchangeFolder.make()
})
afterAll(() => folder.remove())

describe('serve stops at once, with one line, when its own code throws', () => {
  it.each([
    'in a tick',
    'in the tick of the feed',
    'in a callback of a socket',
    'in the promise of an answer',
  ])(
    '%s',
    async (where) => {
      const exchange = folder.launch({ bin: FAULTY, env: { FAULT: where } })
      const { http } = await exchange.untilReady()
      const client = await RawFix.connect({
        port: exchange.ports.fix,
        compId: 'ACME',
        password: 'acme',
        expected: 0,
      })
      client.say('35=A|98=0|108=60|141=Y|553=ACME|554=acme')
      await client.hearFields()
      if (where === 'in a callback of a socket') client.say('35=2|7=1|16=0')
      if (where === 'in the promise of an answer') {
        await fetch(`http://127.0.0.1:${String(http)}/readyz`).catch(() => undefined)
      }

      expect(await client.closed()).toBe('')
      const { exitCode, stderr } = await exchange.ended()
      expect([exitCode, stderr]).toEqual([
        1,
        expect.stringMatching(
          /^buttonwood: the exchange stops, its own code is at fault: TypeError: nobody thought of this, at .*faulty-callbacks\.ts:\d+:\d+\)\n$/,
        ),
      ])
      expect(exchange.log.at(-1)).toMatchObject({ level: 'fatal', msg: 'the exchange stops' })
    },
    PROCESS_MS,
  )
})
