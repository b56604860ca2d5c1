/** SoupBinTCP 3.00: what stands on the wire, and how much of what others write is understood. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  endOfSnapshot,
  loginAccepted,
  loginRequest,
  readAcceptance,
  readEndOfSnapshot,
  readLogin,
  sequencedHeader,
  SoupReader,
  soupPacket,
  SoupType,
} from '../../src/wire/index.ts'

const LOGIN = { username: 'demo', password: 'secret', session: '', sequence: 1 }
const ascii = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1')
const payloadOf = (packet: Uint8Array): Uint8Array => packet.subarray(3)

/** What a reader makes of chunks, as `type payload`. */
function read(chunks: readonly Uint8Array[], bytesMax?: number) {
  const packets: string[] = []
  const reader = new SoupReader((type, payload) => {
    packets.push(`${String.fromCharCode(type)}${ascii(payload)}`)
  }, bytesMax)
  const isSound = chunks.every((chunk) => reader.push(chunk))
  return { packets, isSound }
}

describe('packets of SoupBinTCP', () => {
  it('have the bytes of the standard', () => {
    expect(ascii(loginRequest(LOGIN))).toBe(
      `\0\x2fLdemo  secret    ${' '.repeat(10)}${' '.repeat(19)}1`,
    )
    expect(ascii(loginAccepted({ session: '261123ABC0', sequence: 42 }))).toBe(
      `\0\x1fA261123ABC0${' '.repeat(18)}42`,
    )
    expect(ascii(soupPacket(SoupType.LoginRejected, 'A'))).toBe('\0\x02JA')
    expect(ascii(soupPacket(SoupType.ServerHeartbeat))).toBe('\0\x01H')
    expect(ascii(soupPacket(SoupType.EndOfSession))).toBe('\0\x01Z')
    expect(ascii(endOfSnapshot(1234))).toBe(`G${' '.repeat(16)}1234`)
    const header = new Uint8Array(3)
    sequencedHeader(new DataView(header.buffer), 0, 36)
    expect(ascii(header)).toBe('\0\x25S')
  })

  it.each([
    ['as the standard pads', 'demo  secret              ', `${' '.repeat(19)}7`],
    ['all fields to the left', 'demo  secret    ', `${' '.repeat(10)}7${' '.repeat(19)}`],
    ['with NULs', 'demo\0\0secret\0\0\0\0\0\0\0\0\0\0\0\0\0\0', `7${'\0'.repeat(19)}`],
  ])('are read padded %s', (_, front, back) => {
    const text = front.padEnd(26) + back.padStart(20)
    const payload = Buffer.from(text.slice(0, 46), 'latin1')
    expect(readLogin(payload)).toEqual({ ...LOGIN, sequence: 7 })
  })

  it('are no login when they are of another length or ask for no number', () => {
    const payload = payloadOf(loginRequest(LOGIN))
    expect(readLogin(payload)).toEqual(LOGIN)
    expect(readLogin(Buffer.concat([payload, Buffer.alloc(5)]))).toBeUndefined()
    expect(readLogin(payload.subarray(1))).toBeUndefined()
    for (const sequence of ['x', '-1', '', '1.5', '9'.repeat(20)]) {
      const text = ascii(payload).slice(0, 26) + sequence.padStart(20)
      expect(readLogin(Buffer.from(text, 'latin1'))).toBeUndefined()
    }
  })

  it('say what they were made of', () => {
    const acceptance = { session: '261123ABC0', sequence: 2 ** 53 - 1 }
    expect(readAcceptance(payloadOf(loginAccepted(acceptance)))).toEqual(acceptance)
    expect(readAcceptance(new Uint8Array(29))).toBeUndefined()
    expect(readEndOfSnapshot(endOfSnapshot(99))).toBe(99)
    expect(readEndOfSnapshot(Buffer.from(`G99${' '.repeat(18)}`))).toBe(99)
    expect(readEndOfSnapshot(Buffer.from('S'.padEnd(21)))).toBeUndefined()
  })

  it('are the same however the bytes arrive', () => {
    const whole = Buffer.concat([
      loginRequest(LOGIN),
      soupPacket(SoupType.ClientHeartbeat),
      soupPacket(SoupType.Debug, 'x'.repeat(300)),
      soupPacket(SoupType.LogoutRequest),
    ])
    const { packets } = read([whole])
    expect(packets).toEqual([
      `L${ascii(payloadOf(loginRequest(LOGIN)))}`,
      'R',
      `+${'x'.repeat(300)}`,
      'O',
    ])
    fc.assert(
      fc.property(fc.array(fc.nat(whole.length), { maxLength: 12 }), (cuts) => {
        const at = [0, ...cuts.sort((a, b) => a - b), whole.length]
        const chunks = at.slice(1).map((end, i) => whole.subarray(at[i], end))
        expect(read(chunks)).toEqual({ packets, isSound: true })
      }),
    )
  })

  it('end where one is empty or too large', () => {
    const heartbeat = soupPacket(SoupType.ClientHeartbeat)
    expect(read([heartbeat, new Uint8Array(2), heartbeat])).toEqual({
      packets: ['R'],
      isSound: false,
    })
    const large = soupPacket(SoupType.Debug, 'x'.repeat(50))
    expect(read([large], 51).isSound).toBe(true)
    expect(read([large], 50)).toEqual({ packets: [], isSound: false })
  })
})
