/**
 * The journal of every released version, recorded by the version itself: this one comes to the same
 * state, says the same under the same MsgSeqNum(34), and goes on. README.md here.
 */
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { reconcileWithJournal } from '../../src/dropcopy/index.ts'
import { verifyJournal } from '../../src/verify-journal.ts'
import type { ExchangeFolder } from '../support/running-exchange.ts'
import { buttonwood, PROCESS_MS } from '../support/running-exchange.ts'
import { GoldenClient } from './golden-client.ts'
import { beginNextDay, goldenFolder } from './golden-folder.ts'

interface Facts {
  readonly stateHash: string
  readonly groups: number
  readonly commands: number
  readonly events: number
  readonly next: Readonly<Record<string, number>>
}

const SEGMENT = '00000001.log'
const versions = readdirSync('test/golden').filter((name) => name.startsWith('journal-'))

describe.each(versions)('%s', { timeout: PROCESS_MS }, (version) => {
  const golden = join('test/golden', version)
  const facts = JSON.parse(readFileSync(join(golden, 'facts.json'), 'utf8')) as Facts
  const written = gunzipSync(readFileSync(join(golden, `${SEGMENT}.gz`)))
  let folder: ExchangeFolder
  let journal: string

  beforeAll(async () => {
    folder = await goldenFolder()
    beginNextDay(folder)
    journal = join(folder.dataDir, 'journal')
    mkdirSync(journal, { recursive: true })
    writeFileSync(join(journal, SEGMENT), written)
  })
  afterAll(() => folder.remove())

  /** What every session is told again when it asks for all, among it what it was told then. */
  async function hearAgain(port: number): Promise<GoldenClient[]> {
    const clients: GoldenClient[] = []
    for (const [compId, next] of Object.entries(facts.next)) {
      const client = new GoldenClient(compId, next)
      await client.logOn(port)
      await client.hearAgain()
      clients.push(client)
    }
    return clients
  }

  it('comes to the state that it had', () => {
    const { stateHash, groups, commands, events } = facts
    expect(verifyJournal(folder.dataDir)).toMatchObject({ stateHash, groups, commands, events })
  })

  it('is not taken with another tick size of a symbol, and not changed', async () => {
    const instruments = readFileSync(join(folder.path, 'instruments.yaml'), 'utf8')
    folder.write('instruments.yaml', instruments.replace('tickSize: 0.01', 'tickSize: 0.05'))
    const { exitCode, stderr } = await buttonwood(['serve', '--config', folder.file])
    folder.write('instruments.yaml', instruments)

    expect([exitCode, stderr]).toEqual([
      1,
      'buttonwood: AAPL: tickSize changed from 0.01 to 0.05; put it back, list a new symbol, or start with an empty dataDir [EXC_CONFIG_VALUE]\n',
    ])
    expect(readFileSync(join(journal, SEGMENT)).equals(written)).toBe(true)
  })

  it('goes on: the same reports again whatever instruments are now, rows that agree', async () => {
    const instruments = readFileSync(join(folder.path, 'instruments.yaml'), 'utf8')
    folder.write('instruments.yaml', `${instruments.replace('lotSize: 1,', 'lotSize: 5,')}${ORCL}`)
    const exchange = await folder.serve()
    const clients = await hearAgain(exchange.ports.fix)
    const [acme] = clients as [GoldenClient]
    acme.say('35=D|11=Z1|55=ORCL|54=1|38=10|40=2|44=120.01')
    acme.say('35=D|11=Z2|55=ORCL|54=1|38=10|40=2|44=120.05')
    acme.say('35=D|11=Z3|55=AAPL|54=1|38=12|40=2|44=182.50')
    await acme.settle()
    const reconciliation = await reconcileWithJournal(
      { dataDir: folder.dataDir, database: 'embedded' },
      () => undefined,
    )
    for (const client of clients) await client.logOut()
    const { exitCode } = await exchange.stop()

    for (const { compId, told } of clients) {
      const before = linesOf(readFileSync(join(golden, `${compId}.txt`), 'utf8'))
      expect(before.length).toBeGreaterThan(10)
      expect([...told].map(([number, body]) => `${number} ${body}`)).toEqual(
        expect.arrayContaining(before),
      )
    }
    expect([...acme.told.values()].slice(-3).map(whatCame)).toEqual([
      '11=Z1 150=8 58=Price(44) not a multiple of tick 0.05',
      '11=Z2 150=0',
      '11=Z3 150=8 58=Incorrect quantity: must be a multiple of 5',
    ])
    expect([exitCode, reconciliation.differences]).toEqual([0, []])
    expect(exchange.log.at(-1)).toMatchObject({
      msg: 'stopped',
      stateHash: verifyJournal(folder.dataDir).stateHash,
    })
  })
})

const ORCL = '- { symbol: ORCL, referencePrice: 120.00, tickSize: 0.05, lotSize: 1 }\n'

const linesOf = (text: string): string[] => text.split('\n').filter((line) => line !== '')

/** ClOrdID(11), ExecType(150) and Text(58) of a report. */
function whatCame(body: string): string {
  const fields = body.split('|')
  return ['11=', '150=', '58=']
    .flatMap((tag) => fields.filter((field) => field.startsWith(tag)))
    .join(' ')
}
