/**
 * After its Logout a side says nothing but what it is asked to send again: FIX 4.4 volume 2, case 12.
 * What happens to the orders meanwhile has its numbers, and is told after the next Logon.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunningExchange } from '../../src/main.ts'
import { RawFix } from '../support/raw-fix.ts'
import { ExchangeFolder } from '../support/running-exchange.ts'

const ORDER = '55=AAPL|40=2|44=182.50|60=20261123-14:30:00'

let folder: ExchangeFolder
let exchange: RunningExchange

beforeAll(async () => {
  folder = await ExchangeFolder.make()
  exchange = await folder.start()
})
afterAll(async () => {
  await exchange.stop()
  folder.remove()
})

const connect = (compId: string, password: string, numbers = {}): Promise<RawFix> =>
  RawFix.connect({ port: exchange.ports.fix, compId, password, ...numbers })

describe('a client that has logged out and not closed yet', () => {
  it('is not told of an execution, is still sent again what it asks for, and is told after the next Logon', async () => {
    const acme = await connect('ACME', 'acme')
    const globex = await connect('GLOBEX', 'globex')
    await acme.logOn()
    await globex.logOn()
    acme.say(`35=D|11=A1|54=1|38=100|${ORDER}`)
    const accepted = await acme.hear()

    acme.say('35=5')
    expect(await acme.hear()).toBe('35=5')
    globex.say(`35=D|11=G1|54=2|38=30|${ORDER}`)
    await globex.hear()
    expect(await globex.hear()).toContain('|150=F|39=2|')
    acme.say('35=2|7=2|16=2')
    acme.expected = 2
    expect((await acme.hear()).replace(/\|43=Y|\|122=[\d:.-]+/g, '')).toBe(accepted)
    await acme.end()

    const again = await connect('ACME', 'acme', { next: acme.next, expected: 5 })
    expect(await again.logOn()).toBe('35=A|98=0|108=60')
    again.say('35=2|7=4|16=0')
    again.expected = 4
    expect(await again.hear()).toMatch(
      /^35=8\|43=Y\|122=[\d:.-]+\|37=1\|.*\|150=F\|39=1\|.*\|151=70\|/,
    )
    await again.end()
    await globex.logOut()
  })
})
