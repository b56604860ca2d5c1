/** What one end of a TCP connection said, as a capture file: nanosecond pcap of IPv4 without a link. */
const MAGIC = 0xa1b23c4d
const LINK_RAW = 101
const TCP = 6
const IP_BYTES = 20
const TCP_BYTES = 20
/** As large as IPv4 allows: tshark 4.0 does not follow packets of SoupBinTCP from one into the next. */
const SEGMENT_BYTES = 65_000
const OTHER_PORT = 40_000
const SYN = 0x02
const ACK = 0x10
const WINDOW = 0xffff

/** @param port of the end that said it */
export function tcpCapture(said: Uint8Array, port: number): Buffer {
  const file: Uint8Array[] = [fileHeader(), packetHeader(0, 0), tcpPacket(port, 0, 0, SYN)]
  for (let at = 0; at < said.length; at += SEGMENT_BYTES) {
    const payload = said.subarray(at, at + SEGMENT_BYTES)
    const head = tcpPacket(port, 1 + at, payload.length, ACK)
    file.push(packetHeader(1 + at, payload.length), head, payload)
  }
  return Buffer.concat(file)
}

function fileHeader(): Buffer {
  const header = Buffer.alloc(24)
  header.writeUInt32LE(MAGIC, 0)
  header.writeUInt16LE(2, 4)
  header.writeUInt16LE(4, 6)
  header.writeUInt32LE(0xffff, 16)
  header.writeUInt32LE(LINK_RAW, 20)
  return header
}

function packetHeader(nanoseconds: number, payloadBytes: number): Buffer {
  const bytes = IP_BYTES + TCP_BYTES + payloadBytes
  const header = Buffer.alloc(16)
  header.writeUInt32LE(nanoseconds, 4)
  header.writeUInt32LE(bytes, 8)
  header.writeUInt32LE(bytes, 12)
  return header
}

function tcpPacket(port: number, sequence: number, payloadBytes: number, flags: number): Buffer {
  const packet = Buffer.alloc(IP_BYTES + TCP_BYTES)
  packet[0] = 0x45
  packet.writeUInt16BE(packet.length + payloadBytes, 2)
  packet[8] = 64
  packet[9] = TCP
  packet.set([127, 0, 0, 1], 12)
  packet.set([127, 0, 0, 1], 16)
  packet.writeUInt16BE(port, IP_BYTES)
  packet.writeUInt16BE(OTHER_PORT, IP_BYTES + 2)
  packet.writeUInt32BE(sequence, IP_BYTES + 4)
  packet[IP_BYTES + 12] = (TCP_BYTES / 4) << 4
  packet[IP_BYTES + 13] = flags
  packet.writeUInt16BE(WINDOW, IP_BYTES + 14)
  return packet
}
