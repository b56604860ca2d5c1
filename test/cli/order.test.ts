/** `buttonwood order` and `buttonwood client` against an exchange, with all that an order may ask for. */
import { spawn } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunningExchange } from '../../src/main.ts'
import { builtProgram } from '../support/made-once.ts'
import type { Outcome } from '../support/running-exchange.ts'
import { buttonwood, ExchangeFolder, PROCESS_MS } from '../support/running-exchange.ts'

let folder: ExchangeFolder
let exchange: RunningExchange

beforeAll(async () => {
  folder = await ExchangeFolder.make()
  exchange = await folder.start()
}, PROCESS_MS)
afterAll(async () => {
  await exchange.stop()
  folder.remove()
})

const login = (session: string) => [
  '--session',
  session,
  '--config',
  folder.file,
  '--port',
  String(exchange.ports.fix),
]

/** @param words as they are typed, without the login */
function order(session: string, words: string): Promise<Outcome> {
  const args = ['order', ...words.split(' '), ...login(session), '--wait', '0.3']
  return buttonwood(args)
}

/** Lines of output without their ClOrdIDs. */
const linesOf = (stdout: string): string[] =>
  stdout
    .trim()
    .split('\n')
    .map((line) => line.replaceAll(/[\w]+-\d+(?= )/g, '#'))

/** What is typed into `buttonwood client`. */
async function client(session: string, lines: readonly string[]): Promise<string[]> {
  const child = spawn(process.execPath, [...builtProgram(), 'client', ...login(session)])
  let stdout = ''
  child.stdout.on('data', (part: Buffer) => (stdout += part.toString()))
  const closed = new Promise((resolve) => child.on('close', resolve))
  child.stdin.end(lines.map((line) => `${line}\n`).join(''))
  await closed
  return linesOf(stdout)
}

describe('an order from the command line', () => {
  it(
    'waits as a stop until a trade of icebergs and others reaches it',
    async () => {
      const stop = await order('ACME', 'sell IBM 50 --stop 190 --gtd 2099-12-31')
      const iceberg = await order('ACME', 'buy IBM 300 190 --show 100')
      const seller = await order('GLOBEX', 'sell IBM 150 --type market-to-limit')

      expect([stop.exitCode, iceberg.exitCode, seller.exitCode]).toEqual([0, 0, 0])
      expect(linesOf(stop.stdout)).toEqual([
        'New      # sell 50 IBM @ market stop 190 | waits, until 20991231 | done 0, open 50',
      ])
      expect(linesOf(iceberg.stdout)).toEqual([
        'New      # buy 300 IBM @ 190 | shows 100 | done 0, open 300',
      ])
      expect(linesOf(seller.stdout)).toEqual([
        'New      # sell 150 IBM @ market | done 0, open 150',
        'Trade    # sell 150 IBM @ market | 100 at 190 | done 100, open 50 | average 190',
        'Trade    # sell 150 IBM @ market | 50 at 190 | done 150, open 0 | average 190',
      ])

      // ACME hears at its next Logon what happened meanwhile.
      const next = await order('ACME', 'buy IBM 100 189 --post-only')
      expect(linesOf(next.stdout)).toEqual([
        'Trade    # buy 300 IBM @ 190 | shows 100 | 100 at 190 | done 100, open 200 | average 190 | sent again',
        'Trade    # buy 300 IBM @ 190 | shows 100 | 50 at 190 | done 150, open 150 | average 190 | sent again',
        'Restated # sell 50 IBM @ market stop 190 | until 20991231 | Triggered | done 0, open 50 | sent again',
        'Trade    # buy 300 IBM @ 190 | shows 100 | 50 at 190 | done 200, open 100 | average 190 | sent again',
        'Trade    # sell 50 IBM @ market stop 190 | until 20991231 | 50 at 190 | done 50, open 0 | average 190 | sent again',
        'New      # buy 100 IBM @ 189 | post only | done 0, open 100',
      ])
    },
    PROCESS_MS,
  )

  it(
    'is refused by the exchange when its parts do not go together',
    async () => {
      const { exitCode, stdout, stderr } = await order('GLOBEX', 'buy AAPL 100 180 --min 50')

      expect([exitCode, linesOf(stdout)]).toEqual([
        1,
        [
          'Rejected # buy 100 AAPL @ 180 | at least 50 | done 0, open 0 | Unsupported order characteristic: MinQty(110)=50',
        ],
      ])
      expect(stderr).toContain('Unsupported order characteristic: MinQty(110)=50')
    },
    PROCESS_MS,
  )

  it.each([
    ['--stop 180.12345', 'use a price above 0'],
    ['--show 0', 'use a whole number of shares'],
    ['--min 1.5', 'use a whole number of shares'],
    ['--gtd 2026-02-31', 'use a day, 2026-12-31, or an instant'],
    ['--type iceberg', 'Allowed choices are market, limit, stop'],
  ])(
    'is wrong usage with %s',
    async (words, told) => {
      const { exitCode, stdout, stderr } = await order('ACME', `buy AAPL 100 180 ${words}`)

      expect([exitCode, stdout]).toEqual([2, ''])
      expect(stderr).toContain(told)
    },
    PROCESS_MS,
  )
})

describe('an order by hand', () => {
  it(
    'asks for the same in words',
    async () => {
      const lines = await client('GLOBEX', [
        'sell MSFT 100 mkt stop 400 gtc',
        'buy MSFT 1000 400 show 100 post-only',
      ])

      expect(lines).toEqual([
        'logged on as GLOBEX; help lists the commands',
        'New      # sell 100 MSFT @ market stop 400 | waits | done 0, open 100',
        'New      # buy 1000 MSFT @ 400 | post only, shows 100 | done 0, open 1000',
      ])
    },
    PROCESS_MS,
  )
})
