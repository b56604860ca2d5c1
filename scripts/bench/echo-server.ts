/**
 * The floor under every FIX server: frames messages by BodyLength and answers each with a fixed
 * ExecutionReport, one write per read. No parsing, no book, no disk. Prints its port.
 */
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import process from 'node:process'

const answerText =
  '35=8|49=BUTTONWOOD|56=ACME|34=00000001|52=20260101-00:00:00.000|37=1|198=1|11=000000001|17=1|150=0|39=0|' +
  '1=ACME-1|55=AAPL|54=1|38=100|40=2|44=100.5|59=0|151=100|14=0|6=0|60=20260101-00:00:00.000|'
const body = answerText.replaceAll('|', '\u0001')
const answer = Buffer.from(`8=FIX.4.4\u00019=${body.length}\u0001${body}10=000\u0001`)
const answers = Buffer.concat(Array.from({ length: 4096 }, () => answer))

const server = createServer({ noDelay: true }, (socket) => {
  let carry = Buffer.alloc(0)
  socket.on('error', () => socket.destroy())
  socket.on('data', (chunk: Buffer) => {
    const bytes = carry.length === 0 ? chunk : Buffer.concat([carry, chunk])
    let at = 0
    let count = 0
    for (;;) {
      let length = 0
      let p = at + 12
      while (p < bytes.length && bytes[p] !== 1) length = length * 10 + bytes[p++]! - 0x30
      const end = p + 1 + length + 7
      if (p >= bytes.length || end > bytes.length) break
      at = end
      count++
    }
    carry = Buffer.from(bytes.subarray(at))
    if (count > 0) socket.write(answers.subarray(0, count * answer.length))
  })
})
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`)
})
