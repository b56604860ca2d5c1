/**
 * One counterparty that is broken or hostile, one that just trades. What each attack must come to
 * stands beside it; that the other client is served, on one connection and without a hole, and that
 * the exchange lives, holds for all. docs/operations/limits.md
 */
import type { Socket } from 'node:net'
import { connect } from 'node:net'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { RawFix, utc } from '../support/raw-fix.ts'
import { PROCESS_MS } from '../support/running-exchange.ts'
import { Battlefield, LIMITS } from './battlefield.ts'

const SOH = '\u0001'
/** What the exchange may grow by in an attack, MiB: buffers, no more. */
const GROWTH_MAX = 150

let field: Battlefield
let next = 1
let expected = 1

beforeAll(async () => {
  field = await Battlefield.open()
}, PROCESS_MS)
afterAll(() => field.folder.remove())

/** A connection that says nothing of its own accord. */
async function aConnection(port = field.exchange.ports.fix): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port, noDelay: true })
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  return socket
}

/** Waits until the other side has hung up, by whatever means. */
function closed(socket: Socket): Promise<void> {
  if (socket.closed) return Promise.resolve()
  return new Promise((resolve) => socket.once('close', () => resolve()))
}

/** Sends a byte now and then until the other side hangs up; the answer in bytes. */
async function drip(socket: Socket, text: string): Promise<number> {
  let isOpen = true
  socket.on('close', () => (isOpen = false))
  for (let i = 0; isOpen; i++) {
    socket.write(text[i % text.length]!)
    await delay(50)
  }
  return socket.bytesRead
}

/** MALLORY with a Logon, numbers going on from the attack before. */
async function mallory(): Promise<RawFix> {
  const session = await field.mallory({ next, expected })
  await session.logOn()
  return session
}

function leave(session: RawFix): void {
  next = session.next
  expected = session.expected
}

describe('under attack', { timeout: PROCESS_MS }, () => {
  it('by slow loris, plain and TLS: each is closed in time and hears nothing', async () => {
    const before = await field.reached('logonMs')
    const ports = [field.exchange.ports.fix, field.exchange.ports.fixTls!]
    const sockets = await Promise.all(
      Array.from({ length: 60 }, (_, i) => aConnection(ports[i % 2])),
    )
    const clientHello = '\u0016\u0003\u0001\u0002\u0000\u0001\u0000'
    const heard = await field.under(
      Promise.all(
        sockets.map((socket, i) => drip(socket, i % 2 === 0 ? '8=FIX.4.4|9=70|' : clientHello)),
      ),
    )
    expect(heard.every((bytes) => bytes === 0)).toBe(true)
    expect((await field.reached('logonMs')) - before).toBe(30)
  })

  it('by 10,000 connections: those above the limit are closed at once', async () => {
    const before = await field.memory()
    const attack = async () => {
      for (let batch = 0; batch < 100; batch++) {
        const sockets = await Promise.all(Array.from({ length: 100 }, () => aConnection()))
        for (const socket of sockets) socket.destroy()
      }
      const held = await Promise.all(Array.from({ length: 400 }, () => aConnection()))
      await delay(LIMITS.logonMs)
      for (const socket of held) socket.destroy()
    }
    await field.under(attack())
    const refused = await Promise.all(
      ['connectionsMax', 'pendingLogonsMax', 'pendingLogonsPerAddressMax'].map((limit) =>
        field.reached(limit),
      ),
    )
    expect(refused.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(300)
    expect((await field.memory()) - before).toBeLessThan(GROWTH_MAX)
  })

  it('by garbage as fast as it goes: nothing of it is read after a few kilobytes', async () => {
    const before = await field.reached('garbageBytesMax')
    const garbage = Buffer.alloc(1 << 20, 'GET / HTTP/1.1\r\n8=FIX.4.4')
    const attack = async () => {
      const socket = await aConnection()
      socket.write(garbage)
      await closed(socket)
      return socket.bytesRead
    }
    const heard = await field.under(Promise.all(Array.from({ length: 50 }, attack)))
    expect(new Set(heard)).toEqual(new Set([0]))
    expect((await field.reached('garbageBytesMax')) - before).toBe(50)
  })

  it('by a BodyLength of a hundred million: garbled, before the Logon and after it', async () => {
    const lie = `8=FIX.4.4${SOH}9=99999999${SOH}35=0${SOH}`
    const stranger = await aConnection()
    stranger.write(lie.repeat(200))
    const session = await mallory()
    const attack = async () => {
      for (let i = 0; i < 40; i++) session.write(lie)
      session.say('35=1|112=STILL HERE')
      expect(await session.hear()).toBe('35=0|112=STILL HERE')
      await closed(stranger)
    }
    await field.under(attack())
    expect(stranger.bytesRead).toBe(0)
    expect(await field.reached('messageBytesMax')).toBe(40)
    await session.logOut()
    leave(session)
  })

  it('by group bombs: a count of a million costs one Reject', async () => {
    const session = await mallory()
    const order = `35=D|11=B|55=AAPL|54=1|38=100|40=2|44=150.00|59=3|60=${utc()}`
    const attack = async () => {
      for (let i = 0; i < 200; i++) session.say(`${order}|453=1000000`)
      for (let i = 0; i < 200; i++) {
        expect(await session.hear()).toMatch(/^35=3\|45=\d+\|371=453\|372=D\|373=16\|/)
      }
      session.say(`${order}|453=3000|${'448=X|447=D|452=1|'.repeat(3_000)}`)
      expect(await session.hear()).toMatch(/^35=8\|.*\|150=0\|/)
      expect(await session.hear()).toMatch(/^35=8\|.*\|150=4\|/)
    }
    await field.under(attack())
    await session.logOut()
    leave(session)
  })

  it('by a flood of TestRequests: every one is answered, in order', async () => {
    const session = await mallory()
    const attack = async () => {
      const first = session.next
      for (let i = 0; i < 20_000; i++) session.say(`35=1|112=${i}`)
      for (let i = 0; i < 20_000; i++) expect(await session.hear()).toBe(`35=0|112=${i}`)
      expect(session.next - first).toBe(20_000)
    }
    await field.under(attack())
    expect(await field.reached('messagesPerTurnMax')).toBeGreaterThan(0)
    await session.logOut()
    leave(session)
  })

  it('by a storm of ResendRequests: served twice at most, then on', async () => {
    const session = await mallory()
    const before = await field.memory()
    const last = session.expected - 1
    const attack = async () => {
      for (let i = 0; i < 2_000; i++) session.say('35=2|7=1|16=0')
      session.say('35=1|112=END')
      let fills = 0
      for (;;) {
        const fields = await session.hearFields()
        const [msgType, newSeqNo] = [35, 36].map((tag) => fields.find(([t]) => t === tag)?.[1])
        if (msgType === '4' && Number(newSeqNo) > last) fills++
        if (msgType === '0') return fills
      }
    }
    const fills = await field.under(attack())
    expect(fills).toBeLessThan(20)
    expect((await field.memory()) - before).toBeLessThan(GROWTH_MAX)
    session.expected = last + 2
    await session.logOut()
    leave(session)
  })

  it('by a reader that stops: disconnected, its orders canceled, everything told on its return', async () => {
    const orders = 25_000
    const before = await field.memory()
    const session = await mallory()
    const first = session.expected
    const attack = async () => {
      session.stopReading()
      for (let i = 0; i < orders; i++) {
        session.say(`35=D|11=S${i}|55=MSFT|54=1|38=100|40=2|44=400.00|60=${utc()}`)
      }
      while ((await field.reached('slowReaderMs')) === 0) await delay(100)
    }
    await field.under(attack())
    expect((await field.memory()) - before).toBeLessThan(GROWTH_MAX)

    const back = await field.mallory({ next: session.next, expected: first + 2 * orders })
    await back.logOn()
    back.say(`35=2|7=${first}|16=${first + 2 * orders - 1}`)
    back.expected = first
    const told = { entered: 0, canceled: 0 }
    for (let i = 0; i < 2 * orders; i++) {
      const report = await back.hear()
      if (report.includes('|150=0|')) told.entered++
      if (report.includes('|150=4|') && report.includes('|58=Cancel on disconnect')) told.canceled++
    }
    expect(told).toEqual({ entered: orders, canceled: orders })
    back.expected++
    await back.logOut()
    leave(back)
  })

  it('by a storm of Logons with wrong passwords: refused, one after the other', async () => {
    const before = await field.metric('fix_logons_refused_total')
    const logon = async () => {
      const session = await field.mallory()
      session.say('35=A|98=0|108=60|554=wrong')
      return session.closed()
    }
    const heard = await field.under(Promise.all(Array.from({ length: 60 }, logon)))
    expect(new Set(heard)).toEqual(new Set(['']))
    expect((await field.metric('fix_logons_refused_total')) - before).toBeGreaterThan(0)
  })

  it('of all these kinds the exchange lives, and stops as ever', async () => {
    expect(await field.close()).toBe(0)
  })
})
