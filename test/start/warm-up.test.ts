/** What is done before the port opens so that the first client meets no cold code. */
import { expect, it } from 'vitest'
import { loadConfig } from '../../src/runtime/index.ts'
import { warmUp } from '../../src/warm-up.ts'

const shipped = loadConfig({
  file: new URL('../../config/exchange.yaml', import.meta.url).pathname,
  env: {},
})

it('trades on a scratch exchange, whatever the configuration asks of its clients', async () => {
  const [template] = shipped.sessions
  const asLittleAsCanBe = {
    ...shipped,
    fix: { ...shipped.fix, limits: { ...shipped.fix.limits, messagesPerSecondMax: 1 } },
    sessions: [
      {
        ...template!,
        password: 'plain:secret',
        allow: ['10.1.0.0/16'],
        throttle: { messagesPerSecond: 1 },
        selfTradePrevention: 'newest' as const,
        conditionalRequired: 'bmr' as const,
        schedule: { start: '08:00', end: '08:01', days: [] },
      },
    ],
  }

  expect(await warmUp(asLittleAsCanBe)).toBe(await warmUp(shipped))
  // Each of the orders that one message sets off is executed, twice.
  expect(await warmUp(shipped)).toBeGreaterThan(8_000)
}, 30_000)

it('is left out where no session is configured', async () => {
  expect(await warmUp({ ...shipped, sessions: [] })).toBe(0)
})
