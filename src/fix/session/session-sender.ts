/**
 * The messages that the session layer says itself, each in its standard form: the fields after the
 * header, in the order of FIX 4.4 volume 2, into one reused buffer that the port copies.
 */
import type { FixMessage } from '../codec/index.ts'
import { FieldWriter, legible } from '../codec/index.ts'
import { MsgType, Tag } from '../dictionary/index.ts'
import { REF_MSG_TYPE_MAX, writeBusinessReject } from './business-reject.ts'
import type { BusinessReject } from './objection.ts'
import type { Refusal } from './refusal.ts'
import { writeReverseRoute } from './reverse-route.ts'
import type { SessionPort } from './session-port.ts'

export interface LogonFields {
  /** HeartBtInt(108), seconds. */
  readonly heartBtInt: number
  readonly resetSeqNum: boolean
  /** NextExpectedMsgSeqNum(789), when the counterparty uses it. */
  readonly nextExpectedMsgSeqNum?: number | undefined
  /** Username(553), Password(554) and the like. */
  readonly writeMore?: ((body: FieldWriter) => void) | undefined
}

export class SessionSender {
  readonly #port: SessionPort
  readonly #body = new FieldWriter()
  #testRequests = 0

  constructor(port: SessionPort) {
    this.#port = port
  }

  logon({ heartBtInt, resetSeqNum, nextExpectedMsgSeqNum, writeMore }: LogonFields): void {
    const body = this.#begin()
    body.int(Tag.EncryptMethod, 0)
    body.int(Tag.HeartBtInt, heartBtInt)
    if (resetSeqNum) body.boolean(Tag.ResetSeqNumFlag, true)
    if (nextExpectedMsgSeqNum !== undefined) {
      body.int(Tag.NextExpectedMsgSeqNum, nextExpectedMsgSeqNum)
    }
    writeMore?.(body)
    this.#port.logOn({ resetSeqNum }, body)
  }

  heartbeat(): void {
    this.#port.send(MsgType.Heartbeat, this.#begin())
  }

  /** The answer to a TestRequest: the same TestReqID(112). */
  heartbeatFor(testRequest: FixMessage): void {
    const body = this.#begin()
    body.string(Tag.TestReqID, testRequest.string(Tag.TestReqID) ?? '')
    this.#port.send(MsgType.Heartbeat, body)
  }

  testRequest(): void {
    const body = this.#begin()
    this.#testRequests++
    body.string(Tag.TestReqID, `TEST-${this.#testRequests}`)
    this.#port.send(MsgType.TestRequest, body)
  }

  /** Everything from `begin` on: EndSeqNo(16)=0 is infinity. */
  resendRequest(begin: number): void {
    const body = this.#begin()
    body.int(Tag.BeginSeqNo, begin)
    body.int(Tag.EndSeqNo, 0)
    this.#port.send(MsgType.ResendRequest, body)
  }

  reject(message: FixMessage, { sessionRejectReason, refTagId, text }: Refusal): void {
    const body = this.#beginAnswer(message)
    body.int(Tag.RefSeqNum, message.msgSeqNum)
    if (refTagId !== undefined) body.int(Tag.RefTagID, refTagId)
    body.string(Tag.RefMsgType, legible(message.msgType, REF_MSG_TYPE_MAX))
    body.int(Tag.SessionRejectReason, sessionRejectReason)
    body.string(Tag.Text, text)
    this.#port.send(MsgType.Reject, body)
  }

  businessReject(message: FixMessage, reject: BusinessReject): void {
    const body = this.#begin()
    writeBusinessReject(body, message, reject)
    this.#port.send(MsgType.BusinessMessageReject, body)
  }

  logout(text: string): void {
    const body = this.#begin()
    if (text !== '') body.string(Tag.Text, text)
    this.#port.send(MsgType.Logout, body)
  }

  /** With the address of whoever is behind the counterparty, the last fields of the header. */
  #beginAnswer(message: FixMessage): FieldWriter {
    const body = this.#begin()
    writeReverseRoute(body, message)
    return body
  }

  #begin(): FieldWriter {
    this.#body.clear()
    return this.#body
  }
}
