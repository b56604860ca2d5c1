/**
 * Counterparties that flood, as many as are named, in one process: `test-requests:GLOBEX garbage …`.
 *
 *   test-requests  a session that asks as fast as it is answered
 *   orders         a session that enters orders, a thousand under way at any time
 *   garbage        connections that throw bytes that are no FIX, and come again
 *   logons         connections that try a wrong password, and come again
 *
 * Those without a session come from an address of their own. Runs until it is killed.
 */
import { connect } from 'node:net'
import { encodeLine } from '../../test/support/transcript.ts'
import { runLoad } from './load-client.ts'

export type Attack = 'test-requests' | 'orders' | 'garbage' | 'logons'

const HOST = '127.0.0.1'
const STRANGER = '127.0.0.2'
const CHUNK_MESSAGES = 500
const ORDERS_UNDER_WAY = 1_000
/** More than an attack comes to. */
const ORDERS = 10_000_000
/** Connections at a time. */
const STRANGER_LINES = 20
const GARBAGE = Buffer.alloc(1 << 18, 'GET / HTTP/1.1\r\n8=FIX.4.4')

function message(text: string, compId: string, msgSeqNum: number): Buffer {
  const sendingTime = new Date().toISOString().replaceAll('-', '').replace('T', '-').slice(0, -1)
  const parties = { senderCompId: compId, targetCompId: 'BUTTONWOOD' }
  return encodeLine(text, { ...parties, msgSeqNum, sendingTime })
}

const logon = (compId: string, password: string): Buffer =>
  message(`35=A|98=0|108=60|141=Y|553=${compId}|554=${password}`, compId, 1)

/** Goes on when the answers to what was said are in: a flood that the exchange keeps up with. */
function askOnAndOn(port: number, compId: string): void {
  const socket = connect({ port, host: HOST, noDelay: true })
  let next = 2
  let awaited = 1
  socket.write(logon(compId, compId.toLowerCase()))
  socket.on('data', (chunk) => {
    awaited -= chunk.toString('latin1').split('8=FIX.4.4').length - 1
    if (awaited > CHUNK_MESSAGES) return
    const said = Array.from({ length: CHUNK_MESSAGES }, () =>
      message('35=1|112=FLOOD', compId, next++),
    )
    awaited += said.length
    socket.write(Buffer.concat(said))
  })
}

function enterOrders(port: number, compId: string): void {
  const window = ORDERS_UNDER_WAY
  const password = compId.toLowerCase()
  const load = { flow: 'new', requests: ORDERS, window, rate: 0, firstId: 1 } as const
  void runLoad({ port, compId, password, ...load })
}

/** A connection that says one thing; when it is closed, the next. */
function comeAgain(port: number, said: Buffer): void {
  const socket = connect({ port, host: HOST, localAddress: STRANGER })
  socket.on('error', () => undefined)
  socket.on('connect', () => socket.write(said))
  socket.on('close', () => comeAgain(port, said))
}

function attack(kind: Attack, compId: string, port: number): void {
  if (kind === 'test-requests') return askOnAndOn(port, compId)
  if (kind === 'orders') return enterOrders(port, compId)
  const said = kind === 'garbage' ? GARBAGE : logon('GLOBEX', 'wrong')
  for (let i = 0; i < STRANGER_LINES; i++) comeAgain(port, said)
}

const [port, ...attackers] = process.argv.slice(2)
console.log('attacking')
for (const attacker of attackers) {
  const [kind, compId = ''] = attacker.split(':')
  attack(kind as Attack, compId, Number(port))
}
