import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CapturedDatagram } from '../../src/client/pcap-file.ts'
import { PcapReader, pcapHeader, pcapRecord } from '../../src/client/pcap-file.ts'
import { chunksOf, hex, ofHex } from '../support/bytes.ts'

const DATAGRAM: CapturedDatagram = {
  epochSeconds: 1_795_185_000,
  nanoseconds: 123_456_789,
  source: { address: '192.0.2.7', port: 40_000 },
  target: { address: '239.192.44.1', port: 26_401 },
  payload: ofHex('4142'),
}

/** Its headers of IPv4 and UDP. */
const IP = '4500 001e 0000 4000 0111 9c06 c0000207 efc02c01'
const UDP = '9c40 6721 000a 0000'
const PACKET = `${IP} ${UDP} 4142`

const FILE_HEADER = 'a1b23c4d 0002 0004 00000000 00000000 00040000 00000065'
const PACKET_HEADER = '6b005968 075bcd15 0000001e 0000001e'

function readAll(chunks: readonly Uint8Array[]) {
  const reader = new PcapReader('day.pcap')
  const datagrams = chunks.flatMap((chunk) => [...reader.read(chunk)].map(copyOf))
  return { reader, datagrams }
}

const copyOf = (datagram: CapturedDatagram): CapturedDatagram => ({
  ...datagram,
  payload: datagram.payload.slice(),
})

const u32 = (value: number, littleEndian = false): string => {
  const bytes = Buffer.alloc(4)
  if (littleEndian) bytes.writeUInt32LE(value)
  else bytes.writeUInt32BE(value)
  return hex(bytes)
}

interface Variant {
  readonly magic?: number
  readonly littleEndian?: boolean
  readonly linkType?: number
  readonly fraction?: number
}

/** A file of these packets, written by somebody else. */
function fileOf(packets: readonly string[], variant: Variant = {}): Uint8Array {
  const { magic = 0xa1b23c4d, littleEndian = false, linkType = 101, fraction = 5 } = variant
  const number = (value: number): string => u32(value, littleEndian)
  const version = littleEndian ? '0200 0400' : '0002 0004'
  const header = [number(magic), version, number(0), number(0), number(65_535), number(linkType)]
  const records = packets.map((packet) => {
    const length = number(ofHex(packet).length)
    return [number(DATAGRAM.epochSeconds), number(fraction), length, length, packet].join('')
  })
  return ofHex([...header, ...records].join(''))
}

describe('a pcap file that we write', () => {
  it('has nanoseconds and raw IPv4', () => {
    expect(hex(pcapHeader())).toBe(hex(ofHex(FILE_HEADER)))
    expect(hex(pcapRecord(DATAGRAM))).toBe(hex(ofHex(`${PACKET_HEADER} ${PACKET}`)))
  })

  it('gives back what was written, however it is cut into pieces', () => {
    const endpoint = fc.record({ address: fc.ipV4(), port: fc.nat(65_535) })
    const datagram = fc.record({
      epochSeconds: fc.nat(2 ** 32 - 1),
      nanoseconds: fc.nat(999_999_999),
      source: endpoint,
      target: endpoint,
      payload: fc.uint8Array({ maxLength: 60 }),
    })
    fc.assert(
      fc.property(fc.array(datagram), fc.array(fc.nat(80)), (written, cuts) => {
        const file = Buffer.concat([pcapHeader(), ...written.map(pcapRecord)])
        const { reader, datagrams } = readAll(chunksOf(file, cuts))
        reader.end()

        expect(datagrams).toEqual(written)
      }),
    )
  })
})

describe('a pcap file of others', () => {
  it.each([
    ['nanoseconds, big-endian', { fraction: 7 }, 7],
    ['nanoseconds, little-endian', { fraction: 7, littleEndian: true }, 7],
    ['microseconds, big-endian', { magic: 0xa1b2c3d4, fraction: 7 }, 7_000],
    ['microseconds, little-endian', { magic: 0xa1b2c3d4, fraction: 7, littleEndian: true }, 7_000],
  ])('may have %s', (_, variant, nanoseconds) => {
    const { datagrams } = readAll([fileOf([PACKET], variant)])

    expect(datagrams).toEqual([{ ...DATAGRAM, nanoseconds }])
  })

  const MACS = '01005e402c01 020000000001'
  it.each([
    ['Ethernet', 1, `${MACS} 0800 ${PACKET}`],
    ['Ethernet with padding', 1, `${MACS} 0800 ${PACKET} ${'00'.repeat(16)}`],
    ['Ethernet with a VLAN tag', 1, `${MACS} 8100 0064 0800 ${PACKET}`],
    ['Ethernet with two VLAN tags', 1, `${MACS} 88a8 0001 8100 0064 0800 ${PACKET}`],
    ['Linux cooked', 113, `0004 0304 0006 000000000000 0000 0800 ${PACKET}`],
    ['Linux cooked, version 2', 276, `0800 0000 00000001 0304 04 06 0000000000000000 ${PACKET}`],
    ['raw', 12, PACKET],
    ['raw with options in the header', 101, `4600 0022 ${IP.slice(10)} 00000000 ${UDP} 4142`],
    ['loopback, big-endian', 0, `00000002 ${PACKET}`],
    ['loopback, little-endian', 0, `02000000 ${PACKET}`],
  ])('may be of link type %s', (_, linkType, packet) => {
    const { datagrams } = readAll([fileOf([packet], { linkType })])

    expect(datagrams).toEqual([{ ...DATAGRAM, nanoseconds: 5 }])
  })

  it.each([
    ['IPv6', 101, `6000${PACKET.slice(4)}`, 'skipped'],
    ['TCP', 101, PACKET.replace('0111', '0106'), 'skipped'],
    ['ARP', 1, `${MACS} 0806 0001`, 'skipped'],
    ['an empty packet', 101, '', 'skipped'],
    ['a frame of eight bytes', 1, '01005e402c010200', 'skipped'],
    ['a VLAN tag and nothing behind it', 1, `${MACS} 8100`, 'skipped'],
    ['a loopback packet of three bytes', 0, '000000', 'skipped'],
    ['IPv6 on loopback', 0, `0000001e ${PACKET}`, 'skipped'],
    ['the first fragment', 101, PACKET.replace('4000 01', '2000 01'), 'malformed'],
    ['a later fragment', 101, PACKET.replace('4000 01', '0001 01'), 'malformed'],
    ['half a header', 101, PACKET.slice(0, 20), 'malformed'],
    ['a packet not captured whole', 101, PACKET.slice(0, -2), 'malformed'],
    ['a header shorter than one', 101, `44${PACKET.slice(2)}`, 'malformed'],
    ['no room for UDP', 101, PACKET.replace('001e', '001b'), 'malformed'],
    ['UDP longer than the packet', 101, PACKET.replace('000a', '000b'), 'malformed'],
    ['UDP shorter than its header', 101, PACKET.replace('000a', '0007'), 'malformed'],
  ])('may hold %s, which is counted, and goes on', (_, linkType, packet, counted) => {
    const behind = { 0: '00000002', 1: `${MACS} 0800`, 101: '' }[linkType]
    const { reader, datagrams } = readAll([fileOf([packet, `${behind} ${PACKET}`], { linkType })])
    reader.end()

    expect(datagrams).toHaveLength(1)
    expect(reader.statistics).toEqual({
      packets: 2,
      datagrams: 1,
      skipped: counted === 'skipped' ? 1 : 0,
      malformed: counted === 'malformed' ? 1 : 0,
    })
  })

  it.each([
    ['is pcapng', ofHex(`0a0d0d0a ${'00'.repeat(20)}`), 'day.pcap: this is pcapng; "editcap'],
    [
      'is something else',
      Buffer.from('Dear Sir or Madam, I would'),
      'day.pcap: this is no pcap file',
    ],
    ['is empty', ofHex(''), 'day.pcap: the header of the file is cut off, offset 0'],
    [
      'ends in its header',
      pcapHeader().slice(0, 23),
      'the header of the file is cut off, offset 0',
    ],
    ['ends in a packet', fileOf([PACKET, PACKET]).slice(0, -1), 'packet 2 is cut off, offset 70'],
    [
      'ends in the header of a packet',
      fileOf([PACKET]).slice(0, 30),
      'packet 1 is cut off, offset 24',
    ],
    [
      'has a packet of half a gigabyte',
      ofHex(`${FILE_HEADER} 00000000 00000000 20000000 20000000`),
      'day.pcap: packet 1 has 536870912 bytes, more than 262144, offset 24',
    ],
    [
      'has an unknown link type',
      fileOf([PACKET], { linkType: 105 }),
      'day.pcap: link type 105 is not known; use Ethernet, Linux cooked, raw or loopback, offset 24',
    ],
  ])('is refused when it %s', (_, bytes, error) => {
    expect(() => readAll([bytes]).reader.end()).toThrow(error)
  })

  it('of any bytes never makes the reader throw anything but its own error', () => {
    const linkType = fc.constantFrom(0, 1, 12, 101, 113, 276)
    const packets = fc.array(fc.uint8Array({ maxLength: 60 }))
    fc.assert(
      fc.property(packets, linkType, (garbage, linkType) => {
        const { reader } = readAll([fileOf(garbage.map(hex), { linkType })])
        reader.end()

        expect(reader.statistics.packets).toBe(garbage.length)
      }),
    )
  })
})
