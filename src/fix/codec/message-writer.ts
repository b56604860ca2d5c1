/**
 * Writes whole messages one behind the other, so that one socket write carries many:
 * `8|9|35|49|56|34|[43]|[97]|52|[122]|[115]`, the body, `10`. BodyLength(9) is filled in at the
 * end without leading zeros; three digits are kept free, which fits all but the rarest messages.
 *
 *   const fields = writer.begin(header)
 *   fields.string(Tag.Text, 'Hello')
 *   writer.end()
 *   socket.write(writer.bytes.subarray(0, writer.length)); writer.clear()
 */
import { bytesOf, SOH, ZERO } from './ascii.ts'
import { checksum } from './checksum.ts'
import { FieldWriter } from './field-writer.ts'
import { TRAILER_BYTES } from './measure-frame.ts'

/** Who talks to whom; fixed for the life of a session. */
export interface MessageParties {
  readonly senderCompId: string
  readonly targetCompId: string
  /** `FIX.4.4` when absent. */
  readonly beginString?: string
  /** Decimals of SendingTime(52) and OrigSendingTime(122): 0, 3, 6 or 9; 3 when absent. */
  readonly timestampDecimals?: number
}

/** The header of one message; callers may reuse one object. */
export interface MessageHeader {
  msgType: string
  msgSeqNum: number
  /** SendingTime(52) */
  sendingSeconds: number
  sendingNanoseconds: number
  /** PossDupFlag(43)=Y with OrigSendingTime(122). */
  possDup?: boolean
  origSendingSeconds?: number
  origSendingNanoseconds?: number
  /** PossResend(97)=Y */
  possResend?: boolean
  /** OnBehalfOfCompID(115) */
  onBehalfOfCompId?: string
}

const BODY_LENGTH_DIGITS = 3

export class MessageWriter {
  readonly fields: FieldWriter
  readonly #opening: Uint8Array
  readonly #compIds: Uint8Array
  readonly #decimals: number
  #start = 0
  #bodyStart = 0

  /** @param fields where to write; writers of several sessions may share one */
  constructor(parties: MessageParties, fields = new FieldWriter(4096)) {
    this.fields = fields
    this.#opening = bytesOf(`8=${parties.beginString ?? 'FIX.4.4'}\u00019=000\u0001`)
    this.#decimals = parties.timestampDecimals ?? 3
    this.#compIds = bytesOf(`49=${parties.senderCompId}\u000156=${parties.targetCompId}\u0001`)
  }

  get bytes(): Uint8Array<ArrayBuffer> {
    return this.fields.bytes
  }

  get length(): number {
    return this.fields.length
  }

  clear(): void {
    this.fields.clear()
  }

  /** Writes the header. Body fields go to the FieldWriter that it returns. */
  begin(header: MessageHeader): FieldWriter {
    const fields = this.fields
    this.#start = fields.length
    fields.raw(this.#opening, 0, this.#opening.length)
    this.#bodyStart = fields.length

    fields.string(35, header.msgType)
    fields.raw(this.#compIds, 0, this.#compIds.length)
    fields.int(34, header.msgSeqNum)
    if (header.possDup === true) fields.boolean(43, true)
    if (header.possResend === true) fields.boolean(97, true)
    const decimals = this.#decimals
    fields.utcTimestamp(52, header.sendingSeconds, header.sendingNanoseconds, decimals)
    if (header.origSendingSeconds !== undefined) {
      const nanoseconds = header.origSendingNanoseconds ?? 0
      fields.utcTimestamp(122, header.origSendingSeconds, nanoseconds, decimals)
    }
    if (header.onBehalfOfCompId !== undefined) fields.string(115, header.onBehalfOfCompId)
    return fields
  }

  /** Fills in BodyLength(9) and appends CheckSum(10). */
  end(): void {
    const fields = this.fields
    this.#fillBodyLength(fields.length - this.#bodyStart)

    const sum = checksum(fields.view, this.#start, fields.length)
    fields.reserve(TRAILER_BYTES)
    const { bytes, length: at } = fields
    bytes[at] = ZERO + 1
    bytes[at + 1] = ZERO
    bytes[at + 2] = 0x3d
    bytes[at + 3] = ZERO + Math.floor(sum / 100)
    bytes[at + 4] = ZERO + (Math.floor(sum / 10) % 10)
    bytes[at + 5] = ZERO + (sum % 10)
    bytes[at + 6] = SOH
    fields.length = at + TRAILER_BYTES
  }

  #fillBodyLength(bodyLength: number): void {
    const fields = this.fields
    const digits = bodyLength < 10 ? 1 : bodyLength < 100 ? 2 : String(bodyLength).length
    const shift = digits - BODY_LENGTH_DIGITS
    if (shift !== 0) {
      fields.reserve(shift)
      fields.bytes.copyWithin(this.#bodyStart + shift, this.#bodyStart, fields.length)
      fields.length += shift
    }

    let rest = bodyLength
    const last = this.#bodyStart + shift - 2
    for (let at = last; at > last - digits; at--) {
      fields.bytes[at] = ZERO + (rest % 10)
      rest = Math.floor(rest / 10)
    }
    fields.bytes[last + 1] = SOH
  }
}
