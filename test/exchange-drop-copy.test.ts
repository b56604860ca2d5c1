/**
 * Drop copies over FIX from a running exchange: operations and a firm's back office log on at the FIX port
 * and hear what the trading sessions were told.
 */
import { readFileSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import type { RunningExchange } from '../src/main.ts'
import { makeCertificate } from './support/certificates.ts'
import { byExecId, copyOf, hear, hearUntilIdle, isCopied } from './support/copies.ts'
import type { RawFixOptions } from './support/raw-fix.ts'
import { RawFix, utc } from './support/raw-fix.ts'
import { ExchangeFolder, PROCESS_MS } from './support/running-exchange.ts'

const DESK = `
senderCompId: DESK
firm: DESK
role: drop-copy
password: plain:desk
dropCopyOf: [GLOBEX, NOBODY]
`
const FAR = DESK.replaceAll('DESK', 'FAR').replace('desk', 'far')
const BROKER = `
senderCompId: BROKER
firm: BROKER
accounts: [BROKER-1, BROKER-2]
password: plain:broker
cancelOnDisconnect: disconnect
timestampPrecision: microseconds
includePendings: true
`
const PATIENCE = { timeout: 15_000, interval: 50 }

let folder: ExchangeFolder
let exchange: RunningExchange
let tls: object
/** Numbers of each session for its next Logon. */
const numbers = new Map<string, { next: number; expected: number }>()
const open: RawFix[] = []

beforeAll(async () => {
  folder = await ExchangeFolder.make()
  folder.write('sessions/DESK.yaml', DESK)
  folder.write('sessions/FAR.yaml', FAR)
  folder.write('sessions/BROKER.yaml', BROKER)
  const { certFile, keyFile } = makeCertificate(folder.path, 'server')
  tls = { port: 0, certFile, keyFile }
  folder.change({ fix: { tls, limits: { slowReaderMs: 1_500 } } })
  exchange = await folder.start()
})

afterAll(async () => {
  await exchange.stop()
  folder.remove()
})

afterEach(async () => {
  for (const session of open.splice(0)) await logOut(session)
})

async function connect(compId: string, more: Partial<RawFixOptions> = {}): Promise<RawFix> {
  const { next = 1, expected = 1 } = numbers.get(compId) ?? {}
  const password = compId.toLowerCase()
  return RawFix.connect({ port: exchange.ports.fix, compId, password, next, expected, ...more })
}

async function logOn(compId: string, more: Partial<RawFixOptions> = {}): Promise<RawFix> {
  const session = await connect(compId, more)
  expect(await session.logOn()).toMatch(/^35=A\|98=0\|108=60/)
  open.push(session)
  return session
}

/** Ends a session, whatever it still has to hear. */
async function logOut(session: RawFix): Promise<string[]> {
  const heard: string[] = []
  session.say('35=5')
  for (let message = ''; !message.startsWith('35=5'); heard.push(message)) {
    message = await session.hear()
  }
  await session.end()
  keep(session)
  return heard.slice(0, -1)
}

const keep = ({ compId, next, expected }: RawFix) => numbers.set(compId, { next, expected })

const forget = (session: RawFix) => open.splice(open.indexOf(session), 1)

let orders = 0
const order = (terms: string): string => `35=D|11=O${++orders}|55=AAPL|60=${utc()}|${terms}`
const limit = (side: 'buy' | 'sell', quantity: number, price: number | string): string =>
  order(`54=${side === 'buy' ? 1 : 2}|38=${quantity}|40=2|44=${price}`)

/** All copies up to now: behind those that an answer about open orders stands. */
async function hearCopies(session: RawFix): Promise<string[]> {
  const { next, expected } = numbers.get('GLOBEX') ?? { next: 1, expected: 1 }
  const isOpen = open.some(({ compId }) => compId === 'GLOBEX')
  const globex =
    open.find(({ compId }) => compId === 'GLOBEX') ?? (await logOn('GLOBEX', { next, expected }))
  globex.say(limit('buy', 1, 160))
  const [marker] = await hearUntilIdle(globex)
  if (!isOpen) {
    forget(globex)
    await logOut(globex)
  }
  const copies: string[] = []
  while (copies.at(-1) !== copyOf('GLOBEX', marker!)) copies.push(await session.hear())
  return copies.slice(0, -1)
}

const metrics = async (): Promise<string> =>
  (await fetch(`http://127.0.0.1:${exchange.ports.http}/metrics`)).text()

/** The exchange runs in this process, and the process of the drop copies is one of its children. */
function readerPid(): number {
  const children = readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, 'utf8')
  return children
    .trim()
    .split(' ')
    .map(Number)
    .find((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('feed-reader-main'))!
}

describe('a drop-copy session', { timeout: PROCESS_MS }, () => {
  it('hears every report and cancel reject of every firm, whatever caused it, as it was told', async () => {
    const ops = await logOn('OPS')
    const acme = await logOn('ACME')
    const globex = await logOn('GLOBEX')
    const broker = await logOn('BROKER')
    acme.say(limit('sell', 300, 182.5))
    acme.say(order('54=2|38=500|40=2|44=182.60|111=100|1=ACME-1'))
    acme.say(order('54=2|38=100|40=4|44=180|99=181|59=1'))
    const told = { ACME: await hear(acme, 3), GLOBEX: [] as string[], BROKER: [] as string[] }
    globex.say(limit('buy', 200, 182.5))
    globex.say(limit('buy', 100, 182.505))
    globex.say(order('54=1|38=900|40=2|44=182.5|59=4'))
    globex.say(order('54=1|38=10|40=P'))
    globex.say(order('54=1|38=1e9|40=2|44=182.5'))
    globex.say('35=F|11=C1|41=never|55=AAPL|54=1|60=20261121-10:00:00|38=1')
    globex.say('35=F|11=C2||41=never|55=NONE|54=1|60=20261121-10:00:00|38=1'.replace('||', '|'))
    globex.say(limit('buy', 100, 182.45))
    globex.say(`35=G|11=C3|41=O${orders}|55=AAPL|54=1|60=${utc()}|38=150|40=2|44=182.44`)
    globex.say(`35=H|11=C3|55=AAPL|54=1`)
    globex.say(`35=q|11=C4|530=7|60=${utc()}`)
    broker.say(limit('buy', 100, 182.5))
    broker.say(limit('buy', 40, 182.3))
    told.BROKER = await hearUntilIdle(broker)
    forget(broker)
    await broker.end()
    keep(broker)
    told.GLOBEX = await hearUntilIdle(globex)
    told.ACME.push(...(await hearUntilIdle(acme)))

    const again = await logOn('BROKER', { expected: broker.expected + 1 })
    again.say(`35=2|7=${broker.expected}|16=${broker.expected}`)
    const canceled = (await again.hearFields()).filter(([tag]) => ![43, 122].includes(tag))
    told.BROKER.push(
      canceled
        .filter(([tag]) => ![8, 9, 34, 49, 56, 52, 10].includes(tag))
        .map(([tag, value]) => `${tag}=${value}`)
        .join('|'),
    )
    const all = Object.entries(told).flatMap(([compId, messages]) =>
      messages.filter(isCopied).map((message) => copyOf(compId, message)),
    )
    const copies = await hear(ops, all.length)

    expect(byExecId(copies)).toEqual(byExecId(all))
    expect(copies.map((copy) => /\|(?:150|434)=./.exec(copy)![0].slice(1)).sort()).toEqual(
      expect.arrayContaining(['150=0', '150=4', '150=5', '150=8', '150=A', '150=F', '434=1']),
    )
    expect(told.BROKER.at(-1)).toMatch(/\|150=4\|39=4\|378=99\|58=Cancel on disconnect/)
    expect(await hearUntilIdle(ops)).toEqual([])
  })

  it('hears only of the firms that its file names', async () => {
    const desk = await logOn('DESK')
    const before = await hearCopies(desk)
    expect(new Set(before.map((copy) => /\|115=(\w+)\|/.exec(copy)![1]))).toEqual(
      new Set(['GLOBEX']),
    )
    expect(before.length).toBeGreaterThan(8)

    const acme = await logOn('ACME')
    const globex = await logOn('GLOBEX')
    acme.say(limit('sell', 10, 182.2))
    await hearUntilIdle(acme)
    globex.say(limit('buy', 10, 182.2))
    const told = (await hearUntilIdle(globex)).map((message) => copyOf('GLOBEX', message))
    expect(await hear(desk, 2)).toEqual(told)
    expect(await hearUntilIdle(desk)).toEqual([])
  })

  it('that was away goes on behind its last copy, under its next number', async () => {
    const ops = await logOn('OPS')
    const away = await hearCopies(ops)
    expect(away.map((copy) => /\|115=(\w+)\|/.exec(copy)![1])).toContain('ACME')
    forget(ops)
    await logOut(ops)

    const acme = await logOn('ACME')
    acme.say(limit('sell', 10, 183))
    acme.say(limit('sell', 20, 183))
    const told = await hearUntilIdle(acme)
    const again = await logOn('OPS')
    expect(await hear(again, 2)).toEqual(told.map((message) => copyOf('ACME', message)))
  })

  it('is sent everything again on request, with the same bodies and the first SendingTimes', async () => {
    const desk = await logOn('DESK')
    await hearCopies(desk)
    forget(desk)
    await logOut(desk)
    const fresh = await connect('DESK', { next: 1, expected: 1 })
    fresh.say('35=A|98=0|108=60|553=DESK|554=desk|141=Y')
    expect(await fresh.hear()).toBe('35=A|98=0|108=60|141=Y')
    open.push(fresh)
    const globex = await logOn('GLOBEX')
    for (let i = 0; i < 300; i++) globex.say(limit('buy', 10, 170))
    const first: Map<string, string>[] = []
    for (let i = 0; i < 100; i++) first.push(new Map(fieldsOf(await fresh.hearFields())))
    fresh.say('35=1|112=in between')
    for (let i = 0; i < 201; i++) first.push(new Map(fieldsOf(await fresh.hearFields())))
    await hearUntilIdle(globex)

    fresh.say('35=2|7=1|16=0')
    const again: Map<string, string>[] = []
    for (let i = 0; i < 302; i++) again.push(new Map(fieldsOf(await fresh.hearFields())))
    fresh.expected += 301

    const numberOfHeartbeat = first.find((fields) => fields.get('35') === '0')!.get('34')!
    const copiesOf = (messages: Map<string, string>[]) =>
      messages.filter((fields) => fields.get('35') === '8')
    expect(again.filter((fields) => fields.get('35') === '4').map(gapOf)).toEqual([
      ['1', '2', 'Y'],
      [numberOfHeartbeat, String(Number(numberOfHeartbeat) + 1), 'Y'],
    ])
    expect(copiesOf(again).map(firstSending)).toEqual(copiesOf(first).map(bare))
    expect(copiesOf(again).every((fields) => fields.get('43') === 'Y')).toBe(true)
    fresh.say('35=2|7=50|16=51')
    expect((await fresh.hearFields()).find(([tag]) => tag === 34)).toEqual([34, '50'])
    expect((await fresh.hearFields()).find(([tag]) => tag === 34)).toEqual([34, '51'])
  })

  it('begins its numbers at 1 again with ResetSeqNumFlag, and its copies go on', async () => {
    const globex = await logOn('GLOBEX')
    globex.say(limit('buy', 10, 169))
    const told = await hearUntilIdle(globex)
    const desk = await connect('DESK', { next: 1, expected: 1 })
    desk.say('35=A|98=0|108=60|553=DESK|554=desk|141=Y')
    expect(await desk.hear()).toBe('35=A|98=0|108=60|141=Y')
    open.push(desk)
    expect(await hear(desk, 1)).toEqual(told.map((message) => copyOf('GLOBEX', message)))

    desk.next = 1
    desk.expected = 1
    desk.say('35=A|98=0|108=60|141=Y')
    expect(await desk.hear()).toBe('35=A|98=0|108=60|141=Y')
    globex.say(limit('buy', 10, 168))
    const later = await hearUntilIdle(globex)
    expect(await hear(desk, 1)).toEqual(later.map((message) => copyOf('GLOBEX', message)))
  })

  it('may ask for nothing but the status of orders', async () => {
    const ops = await logOn('OPS')
    await hearCopies(ops)
    const text = 'Not authorized: a drop-copy session only listens'
    const number = ops.say(limit('buy', 1, 182))
    expect(await ops.hear()).toBe(`35=j|45=${number}|372=D|380=6|58=${text}`)
    ops.say('35=x|320=L|559=4')
    expect(await ops.hear()).toBe(`35=j|45=${number + 1}|372=x|380=6|58=${text}`)
    ops.say('35=AF|584=S1|585=8')
    expect(await ops.hear()).toMatch(/^35=j\|.*\|380=0\|58=Unsupported MassStatusReqType/)
  })

  it('is told its number is too low, and refused a second connection and a wrong password', async () => {
    const low = await connect('OPS', { next: 1, expected: numbers.get('OPS')!.expected })
    expect(await low.logOn()).toMatch(/^35=5\|58=MsgSeqNum too low, expecting \d+ but received 1$/)
    low.say('35=5')
    await low.closed()
    keep(Object.assign(low, { next: numbers.get('OPS')!.next }))

    await logOn('OPS')
    const second = await connect('OPS')
    second.say('35=A|98=0|108=60|553=OPS|554=ops')
    expect(await second.closed()).toBe('')
    const wrong = await connect('DESK')
    wrong.say('35=A|98=0|108=60|553=DESK|554=wrong')
    expect(await wrong.closed()).toBe('')
  })

  it('comes over TLS too', async () => {
    const ca = readFileSync(`${folder.path}/server.crt`)
    const tls = { ca, checkServerIdentity: () => undefined }
    const far = await logOn('FAR', { port: exchange.ports.fixTls!, tls })
    const copies = await hearCopies(far)
    expect(copies.length).toBeGreaterThan(300)
    expect(copies.every((copy) => copy.includes('|115=GLOBEX|'))).toBe(true)
  })

  it('is told how the open orders stand, as their own sessions are', async () => {
    const ops = await logOn('OPS')
    const acme = await logOn('ACME')
    const broker = await logOn('BROKER')
    acme.say(limit('sell', 300, 185))
    acme.say(`35=G|11=R1|41=O${orders}|55=AAPL|54=2|60=${utc()}|38=400|40=2|44=185.10`)
    broker.say(limit('buy', 150, 182.6).replace('40=2', '40=2|1=BROKER-2'))
    broker.say(limit('buy', 150, 181).replace('40=2', '40=2|1=BROKER-2'))
    broker.say(limit('buy', 70, 400).replace('AAPL', 'MSFT'))
    await hearUntilIdle(broker)
    await hearUntilIdle(acme)
    await hearCopies(ops)

    const statuses = async (session: RawFix, terms = '585=7'): Promise<string[]> => {
      session.say(`35=AF|584=ALL|${terms}`)
      const heard: string[] = []
      while (heard.at(-1)?.endsWith('|912=Y') !== true) heard.push(await session.hear())
      return heard.map((status) => status.replace(/\|60=[^|]*/, ''))
    }
    const own = [
      ...(await statuses(acme)).map((status) => status.replace('35=8|', '35=8|115=ACME|')),
      ...(await statuses(broker)).map((status) => status.replace('35=8|', '35=8|115=BROKER|')),
    ].map(withoutCount)
    const told = await statuses(ops)
    const ofBoth = told.filter((status) => !status.includes('|115=GLOBEX|')).map(withoutCount)
    expect(ofBoth.sort()).toEqual(own.sort())
    expect(ofBoth.length).toBeGreaterThan(6)
    expect(told.map((status) => /\|911=(\d+)/.exec(status)![1])).toEqual(
      told.map(() => String(told.length)),
    )
    expect(told.map((status) => status.endsWith('|912=Y'))).toEqual(
      told.map((_, i) => i === told.length - 1),
    )

    expect((await statuses(ops, '585=1|55=MSFT')).map(withoutCount)).toEqual(
      ofBoth.filter((status) => status.includes('|55=MSFT|')),
    )
    expect((await statuses(ops, '585=7|1=ACME-1|54=2')).map(withoutCount).sort()).toEqual(
      ofBoth.filter((status) => /\|115=ACME\|.*\|54=2\|/.test(status)).sort(),
    )
    const none = (symbol: string, code: number, text: string): string =>
      `35=8|37=NONE|17=0|150=I|39=8|151=0|14=0|6=0|584=ALL|55=${symbol}|54=7|38=0|103=${code}|58=${text}|911=0|912=Y`
    expect(await statuses(ops, '585=1|55=IBM')).toEqual([none('IBM', 5, 'No open orders')])
    expect(await statuses(ops, '585=1|55=ZZZ')).toEqual([none('ZZZ', 1, 'Unknown symbol')])
    expect(await statuses(ops, '585=7|1=BROKER-9')).toEqual([none('[N/A]', 15, 'Unknown account')])
    ops.say('35=AF|584=A|585=7')
    ops.say('35=AF|584=B|585=7')
    expect(await ops.hear()).toMatch(
      /^35=j\|.*\|58=The OrderMassStatusRequest\(AF\) before is still/,
    )
    await hear(ops, told.length)
  })

  it('counts in the metrics', async () => {
    await logOn('OPS')
    await expect.poll(metrics, PATIENCE).toContain('buttonwood_fix_drop_copy_sessions 1\n')
    await expect.poll(metrics, PATIENCE).toContain('buttonwood_fix_drop_copy_backlog_bytes 0\n')
    await expect
      .poll(metrics, PATIENCE)
      .toMatch(/buttonwood_fix_drop_copy_messages_total\{type="9"\} [1-9]/)
  })

  it('that reads nothing loses its connection, not its copies', async () => {
    const ops = await logOn('OPS')
    await hearCopies(ops)
    const { expected } = ops
    ops.stopReading()
    forget(ops)
    const globex = await logOn('GLOBEX')
    const told: string[] = []
    for (let round = 0; round < 80; round++) {
      for (let i = 0; i < 500; i++) globex.say(limit('buy', 1, 170))
      told.push(...(await hearUntilIdle(globex, `round ${round}`)))
    }
    await expect
      .poll(metrics, PATIENCE)
      .toContain('buttonwood_fix_drop_copy_consumers_dropped_total 1\n')
    await expect.poll(metrics, PATIENCE).toContain('buttonwood_fix_drop_copy_sessions 0\n')

    const again = await connect('OPS', { next: ops.next, expected: 0 })
    again.say('35=A|98=0|108=60|553=OPS|554=ops')
    const logon = new Map(fieldsOf(await again.hearFields()))
    const last = Number(logon.get('34'))
    again.expected = last + 1
    open.push(again)
    again.say(`35=2|7=${expected}|16=${last - 1}`)
    const bodies: string[] = []
    while (bodies.length < told.length) {
      const fields = fieldsOf(await again.hearFields())
      if (fields.some(([tag, value]) => tag === '35' && value === '8')) {
        bodies.push(print(fields.filter(([tag]) => !HEADER.includes(tag))))
      }
      if (fields.some(([tag, value]) => tag === '34' && Number(value) > last)) again.expected++
    }
    expect(bodies.slice().sort()).toEqual(
      told.map((message) => copyOf('GLOBEX', message).slice('35=8|115=GLOBEX|'.length)).sort(),
    )
  })

  it('holds nobody up while the process that serves it stands still', async () => {
    const ops = await logOn('OPS')
    await hearCopies(ops)
    const globex = await logOn('GLOBEX')
    const pid = readerPid()
    process.kill(pid, 'SIGSTOP')
    const told: string[] = []
    for (let round = 0; round < 20; round++) {
      for (let i = 0; i < 100; i++) globex.say(limit('buy', 1, 170))
      told.push(...(await hearUntilIdle(globex, `round ${round}`)))
    }
    expect(told).toHaveLength(2_000)
    process.kill(pid, 'SIGCONT')
    const copies = await hear(ops, told.length)
    expect(copies).toEqual(told.map((message) => copyOf('GLOBEX', message)))
  })

  it('goes on when the process that serves it has died', async () => {
    const ops = await logOn('OPS')
    await hearCopies(ops)
    forget(ops)
    process.kill(readerPid(), 'SIGKILL')
    await ops.closed()
    keep(ops)
    const acme = await logOn('ACME')
    acme.say(limit('sell', 10, 185))
    const [told] = await hearUntilIdle(acme)

    await vi.waitFor(
      async () => {
        const again = await connect('OPS')
        expect(await again.logOn()).toBe('35=A|98=0|108=60')
        open.push(again)
      },
      { timeout: 20_000, interval: 200 },
    )
    expect(await open.at(-1)!.hear()).toBe(copyOf('ACME', told!))
  })

  it('is logged out when the exchange closes, and goes on when it opens again', async () => {
    const desk = await logOn('DESK')
    await hearCopies(desk)
    forget(desk)
    await logOut(desk)
    const ops = await logOn('OPS')
    await hearCopies(ops)
    open.length = 0
    const stopped = exchange.stop()
    const goodbye = await vi.waitFor(() => ops.hear(), PATIENCE)
    expect(goodbye).toBe('35=5|58=The exchange is closing')
    ops.say('35=5')
    await ops.closed()
    keep(ops)
    await stopped
    folder.write('sessions/BROKER.yaml', BROKER.replace('firm: BROKER', 'firm: GLOBEX'))
    folder.write('sessions/LATE.yaml', DESK.replaceAll('DESK', 'LATE').replace('desk', 'late'))
    folder.change({ fix: { tls } })
    exchange = await folder.start()

    const again = await logOn('OPS')
    const trader = await logOn('ACME')
    trader.say(limit('sell', 10, 186))
    expect(await again.hear()).toBe(copyOf('ACME', await trader.hear()))
  })

  it('is told how orders stand that were there before the exchange opened again', async () => {
    const ops = await logOn('OPS')
    const acme = await logOn('ACME')
    const ask = '35=AF|584=ALL|585=7|1=ACME-1'
    acme.say(ask)
    ops.say(ask)
    for (let last = false; !last;) {
      const own = await acme.hear()
      const told = await vi.waitFor(() => ops.hear(), PATIENCE)
      expect(told.replace(/\|60=[^|]*/, '')).toBe(
        own.replace(/\|60=[^|]*/, '').replace('35=8|', '35=8|115=ACME|'),
      )
      last = own.endsWith('|912=Y')
    }
  })

  it('hears of a session from when its firm is one of its own, and of the whole day when it is new', async () => {
    const desk = await logOn('DESK')
    const broker = await logOn('BROKER')
    broker.say(limit('buy', 10, 165))
    const told = await hearUntilIdle(broker)
    expect((await hear(desk, 3)).slice(1)).toEqual(told.map((message) => copyOf('BROKER', message)))

    const late = await logOn('LATE')
    const copies = await hearCopies(late)
    const ofDay = copies.filter((copy) => copy.includes('|115=GLOBEX|'))
    expect(ofDay[0]).toMatch(/\|11=O4\|17=\d+\|150=0\|/)
    expect(copies.filter((copy) => copy.includes('|115=BROKER|'))).toHaveLength(2)
    expect(ofDay.length + 2).toBe(copies.length)
  })
})

const HEADER = ['8', '9', '35', '34', '43', '49', '56', '52', '122', '115', '10']

const fieldsOf = (fields: readonly [number, string][]): [string, string][] =>
  fields.map(([tag, value]) => [String(tag), value])

const print = (fields: Iterable<readonly [string, string]>): string =>
  [...fields].map(([tag, value]) => `${tag}=${value}`).join('|')

/** Everything but the length and the checksum. */
const bare = (fields: Map<string, string>): string =>
  print([...fields].filter(([tag]) => !['9', '10'].includes(tag)))

/** What is sent again, as it was the first time. */
function firstSending(fields: Map<string, string>): string {
  const first = new Map(fields)
  first.set('52', fields.get('122')!)
  first.delete('122')
  first.delete('43')
  return bare(first)
}

const gapOf = (fields: Map<string, string>) => ['34', '36', '43'].map((tag) => fields.get(tag))

const withoutCount = (status: string): string =>
  status.replace(/\|911=\d+/, '').replace(/\|912=Y/, '')
