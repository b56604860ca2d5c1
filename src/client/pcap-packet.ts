/**
 * A packet of a capture down to its UDP datagram: link layer, IPv4 (RFC 791), UDP (RFC 768). Packets
 * come from a file that anybody may have written: nothing in them makes this throw.
 */

/** Address in dots and UDP port. */
export interface Endpoint {
  readonly address: string
  readonly port: number
}

export interface Datagram {
  readonly source: Endpoint
  readonly target: Endpoint
  readonly payload: Uint8Array
}

export const IP_UDP_HEADER_BYTES = 28
const IP_HEADER_BYTES = 20
const UDP_HEADER_BYTES = 8
const VERSION_AND_LENGTH = 0x45
const PROTOCOL_UDP = 17
/** What a multicast packet of our exchange has: it stays on its network. */
const TIME_TO_LIVE = 1
const DONT_FRAGMENT = 0x4000
/** More Fragments and the fragment's offset. */
const FRAGMENT_MASK = 0x3fff

const ETHER_TYPE_IPV4 = 0x0800
const ETHER_TYPES_VLAN: readonly number[] = [0x8100, 0x88a8]
const ADDRESS_FAMILY_INET = 2

/** Where the IPv4 header is, by link type; undefined for a packet of another protocol. */
const linkTypes = new Map<number, (packet: DataView) => number | undefined>([
  [0, afterLoopback],
  [1, (packet) => afterEtherType(packet, 12)],
  [12, () => 0],
  [14, () => 0],
  [101, () => 0],
  [108, afterLoopback],
  [113, (packet) => afterEtherType(packet, 14)],
  [228, () => 0],
  // Linux cooked, version 2: what `tcpdump -i any` writes now.
  [276, (packet) => (etherTypeAt(packet, 0) === ETHER_TYPE_IPV4 ? 20 : undefined)],
])

/**
 * Finds the UDP datagram of a packet.
 * @param linkType LINKTYPE_ value of the file
 * @returns 'skipped' when it is not UDP over IPv4; 'malformed' for a fragment, for a packet that
 * was not captured whole, and for lengths that do not fit
 */
export function readDatagram(
  packet: DataView,
  linkType: number,
): Datagram | 'skipped' | 'malformed' | 'unknown-link-type' {
  const afterLink = linkTypes.get(linkType)
  if (afterLink === undefined) return 'unknown-link-type'
  const ip = afterLink(packet)
  if (ip === undefined || ip >= packet.byteLength || packet.getUint8(ip) >> 4 !== 4)
    return 'skipped'
  if (ip + IP_HEADER_BYTES > packet.byteLength) return 'malformed'
  if (packet.getUint8(ip + 9) !== PROTOCOL_UDP) return 'skipped'

  const udp = ip + (packet.getUint8(ip) & 0x0f) * 4
  const end = ip + packet.getUint16(ip + 2)
  if ((packet.getUint16(ip + 6) & FRAGMENT_MASK) !== 0) return 'malformed'
  if (udp < ip + IP_HEADER_BYTES || udp + UDP_HEADER_BYTES > end) return 'malformed'
  if (end > packet.byteLength) return 'malformed'

  const udpLength = packet.getUint16(udp + 4)
  if (udpLength < UDP_HEADER_BYTES || udp + udpLength > end) return 'malformed'
  return {
    source: { address: addressAt(packet, ip + 12), port: packet.getUint16(udp) },
    target: { address: addressAt(packet, ip + 16), port: packet.getUint16(udp + 2) },
    payload: new Uint8Array(
      packet.buffer,
      packet.byteOffset + udp + UDP_HEADER_BYTES,
      udpLength - UDP_HEADER_BYTES,
    ),
  }
}

/** Writes the IP_UDP_HEADER_BYTES before the payload at `at`, where zeros are. */
export function writeIpUdpHeader(
  view: DataView,
  at: number,
  { source, target, payload }: Datagram,
): void {
  view.setUint8(at, VERSION_AND_LENGTH)
  view.setUint16(at + 2, IP_UDP_HEADER_BYTES + payload.length)
  view.setUint16(at + 6, DONT_FRAGMENT)
  view.setUint8(at + 8, TIME_TO_LIVE)
  view.setUint8(at + 9, PROTOCOL_UDP)
  writeAddress(view, at + 12, source.address)
  writeAddress(view, at + 16, target.address)
  view.setUint16(at + 10, checksumOf(view, at, IP_HEADER_BYTES))

  // A checksum of 0 says that there is none: the kernel has checked the one that came.
  view.setUint16(at + 20, source.port)
  view.setUint16(at + 22, target.port)
  view.setUint16(at + 24, UDP_HEADER_BYTES + payload.length)
}

function afterLoopback(packet: DataView): number | undefined {
  if (packet.byteLength < 4) return undefined
  // The order of bytes is that of the machine that captured it.
  const isInet = [true, false].some((order) => packet.getUint32(0, order) === ADDRESS_FAMILY_INET)
  return isInet ? 4 : undefined
}

/** Follows VLAN tags (802.1Q) behind the type at `at`. */
function afterEtherType(packet: DataView, at: number): number | undefined {
  let typeAt = at
  while (ETHER_TYPES_VLAN.includes(etherTypeAt(packet, typeAt))) typeAt += 4
  return etherTypeAt(packet, typeAt) === ETHER_TYPE_IPV4 ? typeAt + 2 : undefined
}

/** 0, which is nobody's, beyond the end. */
function etherTypeAt(packet: DataView, at: number): number {
  return at + 2 <= packet.byteLength ? packet.getUint16(at) : 0
}

/** The Internet checksum of RFC 1071 over an even number of bytes. */
function checksumOf(view: DataView, at: number, length: number): number {
  let sum = 0
  for (let i = at; i < at + length; i += 2) sum += view.getUint16(i)
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16)
  return ~sum & 0xffff
}

function addressAt(view: DataView, at: number): string {
  return [0, 1, 2, 3].map((i) => view.getUint8(at + i)).join('.')
}

function writeAddress(view: DataView, at: number, address: string): void {
  address.split('.').forEach((part, i) => view.setUint8(at + i, Number(part)))
}
