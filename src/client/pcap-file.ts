/**
 * Classic pcap files: the datagrams of the lines with the time of each, as we write them and as
 * tcpdump and others do. A file is a header of 24 bytes, then packets behind headers of 16; the
 * order of bytes is the writer's, which the magic number tells. We write raw IPv4 with nanoseconds.
 * Pure: bytes in, datagrams out, and the other way round. docs/protocols/itch-feed.md#recordings
 */
import { FileCursor } from './file-cursor.ts'
import { IP_UDP_HEADER_BYTES, readDatagram, writeIpUdpHeader } from './pcap-packet.ts'
import type { Endpoint } from './pcap-packet.ts'

const FILE_HEADER_BYTES = 24
const PACKET_HEADER_BYTES = 16
const MAGIC_MICROSECONDS = 0xa1b2c3d4
const MAGIC_NANOSECONDS = 0xa1b23c4d
const MAGIC_PCAPNG = 0x0a0d0d0a
const LINK_TYPE_RAW = 101
/** The upper bits of a link type are about checksums of frames. */
const LINK_TYPE_MASK = 0xffff
/** As libpcap: a longer packet is a damaged header. */
const PACKET_BYTES_MAX = 262_144

/** A datagram of a line and when it came. */
export interface CapturedDatagram {
  /** Seconds since 1970, UTC. */
  readonly epochSeconds: number
  /** 0..999,999,999 within the second. */
  readonly nanoseconds: number
  readonly source: Endpoint
  /** Group and port of the line. */
  readonly target: Endpoint
  readonly payload: Uint8Array
}

/** What a file begins with: nanoseconds, raw IPv4, big-endian. */
export function pcapHeader(): Uint8Array {
  const view = new DataView(new ArrayBuffer(FILE_HEADER_BYTES))
  view.setUint32(0, MAGIC_NANOSECONDS)
  view.setUint16(4, 2)
  view.setUint16(6, 4)
  view.setUint32(16, PACKET_BYTES_MAX)
  view.setUint32(20, LINK_TYPE_RAW)
  return new Uint8Array(view.buffer)
}

/** A datagram as the file holds it. */
export function pcapRecord(datagram: CapturedDatagram): Uint8Array {
  const { epochSeconds, nanoseconds, payload } = datagram
  const packetBytes = IP_UDP_HEADER_BYTES + payload.length
  const bytes = new Uint8Array(PACKET_HEADER_BYTES + packetBytes)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, epochSeconds)
  view.setUint32(4, nanoseconds)
  view.setUint32(8, packetBytes)
  view.setUint32(12, packetBytes)
  writeIpUdpHeader(view, PACKET_HEADER_BYTES, datagram)
  bytes.set(payload, PACKET_HEADER_BYTES + IP_UDP_HEADER_BYTES)
  return bytes
}

interface PcapFormat {
  readonly littleEndian: boolean
  readonly nanosecondsPerUnit: number
  readonly linkType: number
}

export class PcapReader {
  readonly statistics = {
    packets: 0,
    /** UDP over IPv4. */
    datagrams: 0,
    /** Anything else that is whole. */
    skipped: 0,
    /** Fragments, packets that were not captured whole, lengths that do not fit. */
    malformed: 0,
  }
  private readonly cursor: FileCursor
  private format: PcapFormat | undefined

  /** @param file what messages call it */
  constructor(file: string) {
    this.cursor = new FileCursor(file)
  }

  /**
   * The datagrams that end in the next bytes of the file, however it is cut; `chunk` belongs to the
   * reader from then on.
   * @throws ExchangeError EXC_RECORDING when it is no pcap file, or is damaged
   */
  *read(chunk: Uint8Array): Generator<CapturedDatagram> {
    const { cursor } = this
    cursor.take(chunk)
    for (;;) {
      if (this.format === undefined) {
        if (cursor.left < FILE_HEADER_BYTES) return
        this.format = this.readFormat(cursor.view)
        cursor.at = FILE_HEADER_BYTES
        continue
      }

      const length = this.packetLength(this.format)
      if (length === undefined) return
      const datagram = this.readPacket(length, this.format)
      cursor.at += PACKET_HEADER_BYTES + length
      if (datagram !== undefined) yield datagram
    }
  }

  /**
   * There are no more bytes.
   * @throws ExchangeError EXC_RECORDING when the last packet or the header is cut off
   */
  end(): void {
    if (this.format === undefined) this.cursor.refuse('the header of the file is cut off')
    if (this.cursor.left > 0) this.cursor.refuse(`packet ${this.statistics.packets + 1} is cut off`)
  }

  private readFormat(view: DataView): PcapFormat {
    if (view.getUint32(0) === MAGIC_PCAPNG) {
      this.cursor.refuse('this is pcapng; "editcap -F nsecpcap OLD NEW" makes pcap of it')
    }
    for (const littleEndian of [true, false]) {
      const magic = view.getUint32(0, littleEndian)
      if (magic !== MAGIC_MICROSECONDS && magic !== MAGIC_NANOSECONDS) continue
      const linkType = view.getUint32(20, littleEndian) & LINK_TYPE_MASK
      return { littleEndian, nanosecondsPerUnit: magic === MAGIC_NANOSECONDS ? 1 : 1000, linkType }
    }
    return this.cursor.refuse('this is no pcap file')
  }

  /** @returns bytes of the packet behind the header that is next; undefined until all of it is there */
  private packetLength({ littleEndian }: PcapFormat): number | undefined {
    const { cursor } = this
    if (cursor.left < PACKET_HEADER_BYTES) return undefined
    const length = cursor.view.getUint32(cursor.at + 8, littleEndian)
    if (length > PACKET_BYTES_MAX) {
      const packet = this.statistics.packets + 1
      cursor.refuse(`packet ${packet} has ${length} bytes, more than ${PACKET_BYTES_MAX}`)
    }
    return cursor.left < PACKET_HEADER_BYTES + length ? undefined : length
  }

  private readPacket(
    length: number,
    { littleEndian, nanosecondsPerUnit, linkType }: PcapFormat,
  ): CapturedDatagram | undefined {
    const { view, at } = this.cursor
    const packetAt = view.byteOffset + at + PACKET_HEADER_BYTES
    const packet = new DataView(view.buffer, packetAt, length)
    const found = readDatagram(packet, linkType)
    if (found === 'unknown-link-type') {
      this.cursor.refuse(
        `link type ${linkType} is not known; use Ethernet, Linux cooked, raw or loopback`,
      )
    }
    this.statistics.packets++
    if (found === 'skipped' || found === 'malformed') {
      this.statistics[found]++
      return undefined
    }

    this.statistics.datagrams++
    return {
      epochSeconds: view.getUint32(at, littleEndian),
      nanoseconds: view.getUint32(at + 4, littleEndian) * nanosecondsPerUnit,
      ...found,
    }
  }
}
