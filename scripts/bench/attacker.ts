/**
 * A counterparty that floods: TestRequests of a logged-on session as fast as they are taken, or
 * bytes that are no FIX on one connection after the other. Runs until it is killed.
 */
import { connect } from 'node:net'
import { encodeLine } from '../../test/support/transcript.ts'

export type Attack = 'test-requests' | 'garbage'

const CHUNK_MESSAGES = 500
/** Connections at a time. */
const GARBAGE_LINES = 20
const GARBAGE = Buffer.alloc(1 << 18, 'GET / HTTP/1.1\r\n8=FIX.4.4')

function message(text: string, msgSeqNum: number): Buffer {
  const sendingTime = new Date().toISOString().replaceAll('-', '').replace('T', '-').slice(0, -1)
  const parties = { senderCompId: 'GLOBEX', targetCompId: 'BUTTONWOOD' }
  return encodeLine(text, { ...parties, msgSeqNum, sendingTime })
}

/** Goes on when the answers to what was said are in: a flood that the exchange keeps up with. */
function flood(port: number): void {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  let next = 1
  let awaited = 1
  socket.write(message('35=A|98=0|108=60|141=Y|553=GLOBEX|554=globex', next++))
  socket.on('data', (chunk) => {
    awaited -= chunk.toString('latin1').split('8=FIX.4.4').length - 1
    if (awaited > CHUNK_MESSAGES) return
    const said = Array.from({ length: CHUNK_MESSAGES }, () => message('35=1|112=FLOOD', next++))
    awaited += said.length
    socket.write(Buffer.concat(said))
  })
}

function throwGarbage(port: number): void {
  const socket = connect({ port, host: '127.0.0.1' })
  socket.on('error', () => undefined)
  socket.on('connect', () => socket.write(GARBAGE))
  socket.on('close', () => throwGarbage(port))
}

const [attack, port] = process.argv.slice(2)
console.log('attacking')
if (attack === 'garbage') for (let i = 0; i < GARBAGE_LINES; i++) throwGarbage(Number(port))
else flood(Number(port))
