/**
 * The exchange as outsiders see it: two firms trade over FIX, a subscriber listens to the multicast
 * group, operations ask the database, and all three are told the same trade. Then the server is
 * stopped and started again, and everybody goes on under the next number. One story, told in order.
 */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { ItchMessage } from '../src/wire/index.ts'
import { FeedWatcher } from './support/feed-watcher.ts'
import { RawFix } from './support/raw-fix.ts'
import type { ServedExchange } from './support/running-exchange.ts'
import { buttonwood, ExchangeFolder } from './support/running-exchange.ts'

/** S O, then R and H of five instruments, S S, S Q. */
const DAY_START_MESSAGES = 13
/** The reader has the lowest priority: on a busy machine it takes its time to begin. */
const DATABASE_MS = 60_000

let folder: ExchangeFolder
let exchange: ServedExchange
let feed: FeedWatcher
let acme: RawFix
let globex: RawFix

beforeAll(async () => {
  folder = await ExchangeFolder.make()
  exchange = await folder.serve()
  feed = await FeedWatcher.open(folder.config())
  acme = await connect('ACME', 'acme')
  globex = await connect('GLOBEX', 'globex')
})

afterAll(async () => {
  await exchange.stop()
  await feed.close()
  folder.remove()
})

const connect = (compId: string, password: string, numbers = {}): Promise<RawFix> =>
  RawFix.connect({ port: exchange.ports.fix, compId, password, ...numbers })

/** A report's fields with `#` for TransactTime(60), which is kept. */
interface Heard {
  readonly text: string
  /** Milliseconds since 1970. */
  readonly timeMs: number
}

async function hear(session: RawFix): Promise<Heard> {
  const answer = await session.hear()
  const [, year, month, day, clock] = /\|60=(\d{4})(\d\d)(\d\d)-([\d:.]+)$/.exec(answer)!
  return {
    text: answer.replace(/60=[\d:.-]+$/, '60=#'),
    timeMs: Date.parse(`${year}-${month}-${day}T${clock}Z`),
  }
}

const texts = (reports: readonly Heard[]): string[] => reports.map(({ text }) => text)

type Row = Readonly<Record<string, string | number | null>>

/** What `buttonwood dropcopy …` prints, oldest first; null columns left out, times in milliseconds. */
async function rowsOf(listing: string): Promise<Row[]> {
  const args = ['dropcopy', listing, '--json', '--config', folder.file]
  const { exitCode, stdout, stderr } = await buttonwood(args)
  expect([exitCode, stderr]).toEqual([0, ''])
  const rows = stdout.trimEnd().split('\n')
  return rows.map((line) => {
    const columns = Object.entries(JSON.parse(line) as Row).filter(([, value]) => value !== null)
    return { ...Object.fromEntries(columns), time: Date.parse(String(JSON.parse(line).time)) }
  })
}

const DAY_MS = 86_400_000
/** Milliseconds of the UTC day: of a report, and of a message on the feed. */
const timeOfDayMs = ({ timeMs }: Heard): number => timeMs % DAY_MS
const feedTimeMs = ({ timestampNs }: ItchMessage): number => Math.floor(timestampNs / 1e6) % DAY_MS

let asked: Heard
let bought: Heard[]
let sold: Heard

describe('a trade of two firms', () => {
  it('is told to both over FIX', async () => {
    expect([await acme.logOn(), await globex.logOn()]).toEqual(Array(2).fill('35=A|98=0|108=60'))

    globex.say('35=D|11=G1|55=AAPL|54=2|38=100|40=2|44=182.50|60=20261123-14:30:00')
    asked = await hear(globex)
    acme.say('35=D|11=A1|55=AAPL|54=1|38=60|40=2|44=182.55|60=20261123-14:30:00')
    bought = [await hear(acme), await hear(acme)]
    sold = await hear(globex)

    expect(texts([asked, ...bought, sold])).toEqual([
      '35=8|37=1|198=1|11=G1|17=1|150=0|39=0|1=GLOBEX-1|55=AAPL|54=2|38=100|40=2|44=182.5|59=0|151=100|14=0|6=0|60=#',
      '35=8|37=2|198=2|11=A1|17=2|150=0|39=0|1=ACME-1|55=AAPL|54=1|38=60|40=2|44=182.55|59=0|151=60|14=0|6=0|60=#',
      '35=8|37=2|198=2|11=A1|17=4|150=F|39=2|1=ACME-1|55=AAPL|54=1|38=60|40=2|44=182.55|59=0|32=60|31=182.5|30=BTWD|851=2|527=1|151=0|14=60|6=182.5|60=#',
      '35=8|37=1|198=1|11=G1|17=3|150=F|39=1|1=GLOBEX-1|55=AAPL|54=2|38=100|40=2|44=182.5|59=0|32=60|31=182.5|30=BTWD|851=1|527=1|151=40|14=60|6=182.5|60=#',
    ])
  })

  it('is on the feed under the same numbers, at the same time', async () => {
    await feed.reaches(DAY_START_MESSAGES + 2)
    const [added, executed] = feed.messages.slice(DAY_START_MESSAGES)

    expect(
      feed.messages
        .slice(0, DAY_START_MESSAGES)
        .map(({ type }) => type)
        .join(''),
    ).toBe('SRHRHRHRHRHSS')
    expect([added, executed]).toEqual([
      {
        type: 'A',
        stockLocate: 1,
        trackingNumber: 0,
        timestampNs: added!.timestampNs,
        orderReferenceNumber: 1,
        side: 'S',
        shares: 100,
        stock: 'AAPL',
        price: 1_825_000,
      },
      {
        type: 'E',
        stockLocate: 1,
        trackingNumber: 0,
        timestampNs: executed!.timestampNs,
        orderReferenceNumber: 1,
        executedShares: 60,
        matchNumber: 1,
      },
    ])
    expect(feedTimeMs(added!)).toBe(timeOfDayMs(asked))
    expect(feedTimeMs(executed!)).toBe(timeOfDayMs(sold))
  })

  it(
    'is in the database under the same numbers, at the same time',
    { timeout: 2 * DATABASE_MS },
    async () => {
      const order = {
        trading_date: expect.any(String),
        symbol: 'AAPL',
        ord_type: '2',
        time_in_force: '0',
      }
      const globexOrder = {
        ...order,
        session: 'GLOBEX',
        firm: 'GLOBEX',
        account: 'GLOBEX-1',
        cl_ord_id: 'G1',
        order_id: 1,
        order_reference: 1,
        side: '2',
        order_qty: '100',
        price: '182.5000',
      }
      const acmeOrder = {
        ...order,
        session: 'ACME',
        firm: 'ACME',
        account: 'ACME-1',
        cl_ord_id: 'A1',
        order_id: 2,
        order_reference: 2,
        side: '1',
        order_qty: '60',
        price: '182.5500',
      }
      const fresh = { exec_type: '0', ord_status: '0', cum_qty: 0, avg_px: '0.000000' }
      const fill = {
        exec_type: 'F',
        last_qty: 60,
        last_px: '182.5000',
        match_number: 1,
        cum_qty: 60,
        avg_px: '182.500000',
      }

      // The copy is a moment behind: it is asked until it has them all.
      const executions = await vi.waitFor(async () => {
        const rows = await rowsOf('executions')
        expect(rows).toHaveLength(4)
        return rows
      }, DATABASE_MS)
      expect(executions).toEqual([
        {
          ...globexOrder,
          ...fresh,
          exec_id: 1,
          msg_seq_num: 2,
          leaves_qty: 100,
          time: asked.timeMs,
        },
        {
          ...acmeOrder,
          ...fresh,
          exec_id: 2,
          msg_seq_num: 2,
          leaves_qty: 60,
          time: bought[0]!.timeMs,
        },
        {
          ...globexOrder,
          ...fill,
          exec_id: 3,
          msg_seq_num: 3,
          leaves_qty: 40,
          time: sold.timeMs,
          ord_status: '1',
          last_liquidity_ind: '1',
        },
        {
          ...acmeOrder,
          ...fill,
          exec_id: 4,
          msg_seq_num: 3,
          leaves_qty: 0,
          time: sold.timeMs,
          ord_status: '2',
          last_liquidity_ind: '2',
        },
      ])
      expect(await rowsOf('trades')).toEqual([
        {
          match_number: 1,
          state: 'standing',
          time: sold.timeMs,
          trading_date: expect.any(String),
          symbol: 'AAPL',
          price: '182.5000',
          quantity: 60,
          aggressor_side: '1',
          buy_order_id: 2,
          buy_exec_id: 4,
          buy_session: 'ACME',
          buy_firm: 'ACME',
          buy_account: 'ACME-1',
          buy_cl_ord_id: 'A1',
          sell_order_id: 1,
          sell_exec_id: 3,
          sell_session: 'GLOBEX',
          sell_firm: 'GLOBEX',
          sell_account: 'GLOBEX-1',
          sell_cl_ord_id: 'G1',
        },
      ])
    },
  )
})

describe('a restart', { timeout: DATABASE_MS }, () => {
  it('logs both out before the server ends', async () => {
    const stopped = exchange.stop()
    for (const session of [acme, globex]) {
      expect(await session.hear()).toBe('35=5|58=The exchange is closing')
      session.say('35=5')
      expect(await session.closed()).toBe('')
    }
    expect(await stopped).toMatchObject({ exitCode: 0, stderr: '' })
  })

  it('lets them log on again under the next numbers, with the order as it was', async () => {
    const numbers = [acme, globex].map(({ next, expected }) => ({ next, expected }))
    exchange = await folder.serve()
    acme = await connect('ACME', 'acme', numbers[0])
    globex = await connect('GLOBEX', 'globex', numbers[1])
    expect([await acme.logOn(), await globex.logOn()]).toEqual(Array(2).fill('35=A|98=0|108=60'))

    acme.say('35=D|11=A2|55=AAPL|54=1|38=50|40=2|44=182.55|59=3|60=20261123-14:30:00')
    const reports = [await hear(acme), await hear(acme), await hear(acme), await hear(globex)]
    expect(texts(reports)).toEqual([
      '35=8|37=3|198=3|11=A2|17=5|150=0|39=0|1=ACME-1|55=AAPL|54=1|38=50|40=2|44=182.55|59=3|151=50|14=0|6=0|60=#',
      '35=8|37=3|198=3|11=A2|17=7|150=F|39=1|1=ACME-1|55=AAPL|54=1|38=50|40=2|44=182.55|59=3|32=40|31=182.5|30=BTWD|851=2|527=2|151=10|14=40|6=182.5|60=#',
      '35=8|37=3|198=3|11=A2|17=8|150=4|39=4|58=Unfilled remainder canceled|1=ACME-1|55=AAPL|54=1|38=50|40=2|44=182.55|59=3|151=0|14=40|6=182.5|60=#',
      '35=8|37=1|198=1|11=G1|17=6|150=F|39=2|1=GLOBEX-1|55=AAPL|54=2|38=100|40=2|44=182.5|59=0|32=40|31=182.5|30=BTWD|851=1|527=2|151=0|14=100|6=182.5|60=#',
    ])
  })

  it('does not start a new feed: the next message follows the last one', async () => {
    await feed.reaches(DAY_START_MESSAGES + 3)
    expect(feed.messages.slice(DAY_START_MESSAGES + 2)).toEqual([
      expect.objectContaining({
        type: 'E',
        orderReferenceNumber: 1,
        executedShares: 40,
        matchNumber: 2,
      }),
    ])
    expect(feed.sessionsStarted).toBe(1)
    expect(feed.picture('AAPL')).toBe('AAPL B\nAAPL S')
  })

  it('leaves a database that agrees with the journal, row for row', async () => {
    const { exitCode, stdout } = await buttonwood([
      'dropcopy',
      'reconcile',
      '--config',
      folder.file,
    ])
    expect(exitCode).toBe(0)
    expect(stdout).toContain('executions               8 rows in the journal')
    expect(stdout).toContain('trades                   2 rows in the journal')
    expect(stdout).toContain('journal and database agree')
  })
})
