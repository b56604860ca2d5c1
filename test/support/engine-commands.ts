/**
 * Commands as plain objects, and the records that they become. Codes are those of src/domain; a
 * session and a locate are the numbers of the configuration.
 */
import type {
  DayPlan,
  OperatorCommand,
  RecordBuffer,
  RiskLimits,
  VenueConfiguration,
} from '../../src/wire/index.ts'
import {
  applyConfiguration,
  cancelOrder,
  closeTradingDay,
  CommandType,
  continueWork,
  disconnect,
  encodeConfiguration,
  encodeDayPlan,
  encodeOperation,
  encodeRiskLimits,
  enterOrder,
  passTime,
  planDay,
  logOn,
  massCancel,
  noteDontKnowTrade,
  openTradingDay,
  operate,
  orderConditions,
  refuseOrder,
  refuseRequest,
  replaceOrder,
  reportMassStatus,
  reportStatus,
  resetSequence,
  sendMessage,
  setRiskLimits,
} from '../../src/wire/index.ts'

/** What an order asks for beyond side, quantity, price and time in force; 0 = not asked for. */
export interface Conditions {
  /** 1/10,000. */
  readonly stopPx: number
  readonly minQty: number
  readonly maxFloor: number
  /** yyyymmdd. */
  readonly expireDate: number
  /** Seconds since 1970. */
  readonly expireSeconds: number
  /** Bits of ExecInstBit. */
  readonly execInst: number
  /** A code of StpInstruction. */
  readonly stpInstruction: number
  /** '' = the session's. */
  readonly stpGroup: string
}

export const NO_CONDITIONS: Conditions = {
  stopPx: 0,
  minQty: 0,
  maxFloor: 0,
  expireDate: 0,
  expireSeconds: 0,
  execInst: 0,
  stpInstruction: 0,
  stpGroup: '',
}

interface Terms {
  readonly locate: number
  /** Place in the session's account list + 1; 0 = none. */
  readonly account: number
  readonly side: number
  readonly ordType: number
  readonly timeInForce: number
  /** 1/10,000. */
  readonly price: number
  readonly orderQty: number
  readonly conditions?: Partial<Conditions>
}

interface FromClient {
  readonly session: number
  readonly clOrdId: string
  readonly possResend: boolean
}

export type EnterOrder = FromClient & Terms & { readonly kind: 'enter' }
export type CancelOrder = FromClient & {
  readonly kind: 'cancel'
  readonly origClOrdId: string
  readonly locate: number
  readonly side: number
  /** 0 = not sent. */
  readonly orderId: number
}
export type ReplaceOrder = FromClient &
  Terms & { readonly kind: 'replace'; readonly origClOrdId: string; readonly orderId: number }
export type ReportStatus = Omit<FromClient, 'possResend'> & {
  readonly kind: 'status'
  /** 0 = not sent. */
  readonly orderId: number
  /** What every answer repeats, and what the one about an unknown order says beyond it. */
  readonly echo: string
  readonly body: string
}
export type ReportMassStatus = {
  readonly kind: 'massStatus'
  readonly session: number
  /** 0 = every. */
  readonly locate: number
  readonly account: number
  readonly side: number
  readonly echo: string
  readonly body: string
}
export type MassCancel = Omit<FromClient, 'possResend'> & {
  readonly kind: 'massCancel'
  /** 0 = every. */
  readonly locate: number
  readonly side: number
  /** MassCancelRejectReason of the acceptor; 0 = none. */
  readonly reason: number
  readonly body: string
}
export type NoteDontKnowTrade = {
  readonly kind: 'dontKnow'
  readonly session: number
  readonly execId: number
  readonly orderId: number
  readonly dkReason: number
  /** The answer where the trade is unknown, and the counterparty's words. */
  readonly reject: string
  readonly text: string
}
export type Disconnect = {
  readonly kind: 'disconnect'
  readonly session: number
  readonly graceful: boolean
}
export type LogOn = {
  readonly kind: 'logOn'
  readonly session: number
  readonly resetSeqNum: boolean
}
/** Ends the trading day and opens the next one. */
export type CloseDay = { readonly kind: 'closeDay' }
export type OpenDay = {
  readonly kind: 'openDay'
  readonly tradingDate: number
  /** Phases come with `planDay`. */
  readonly isPhased?: boolean
}

/** When which phase of an opened day begins. */
export type PlanDay = { readonly kind: 'planDay'; readonly plan: DayPlan }

/** What operations asks for. */
export type Operate = { readonly kind: 'operate'; readonly operation: OperatorCommand }

/** Time passes, and whatever it ends is ended. */
export type Wait = { readonly kind: 'wait'; readonly seconds: number }

export type OrderCommand = EnterOrder | CancelOrder | ReplaceOrder
/** Requests about orders that are there. */
export type RequestCommand = ReportStatus | ReportMassStatus | MassCancel | NoteDontKnowTrade
export type EngineCommand =
  OrderCommand | RequestCommand | LogOn | Disconnect | CloseDay | OpenDay | PlanDay | Operate | Wait

/** Commands that only the engine's own tests send. */
export type SessionCommand =
  | {
      readonly kind: 'configure'
      readonly configuration: VenueConfiguration
      /** Of operations, that has asked for it. */
      readonly operation?: OperatorCommand
    }
  | { readonly kind: 'setLimits'; readonly limits: RiskLimits }
  | { readonly kind: 'send'; readonly session: number; readonly msgType: string; body: string }
  | { readonly kind: 'resetSequence'; readonly session: number }
  | { readonly kind: 'continue' }
  | { readonly kind: 'passTime' }
  | (FromClient & { readonly kind: 'refuseOrder'; readonly body: string })
  | (FromClient & {
      readonly kind: 'refuseRequest'
      readonly origClOrdId: string
      readonly responseTo: number
      readonly body: string
    })

/** MassCancelRequestType(530) */
const ALL_ORDERS = '7'.charCodeAt(0)
const OF_SECURITY = '1'.charCodeAt(0)

const flag = (value: boolean): number => (value ? 1 : 0)

/** A command that has a record: the passing of time has none. */
export type RecordedCommand = Exclude<EngineCommand, Wait> | SessionCommand

/** Appends the record of a command. @param expectedMsgSeqNum 0 leaves the session's number alone */
export function writeCommand(
  to: RecordBuffer,
  command: RecordedCommand,
  expectedMsgSeqNum = 0,
): void {
  const common = { expectedMsgSeqNum, reserved: 0 }
  const possResend = 'possResend' in command && command.possResend ? 1 : 0
  switch (command.kind) {
    case 'enter': {
      const length = enterOrder.length + conditionsLength(command)
      const at = to.append(CommandType.EnterOrder, command.session, length)
      enterOrder.encode(to.view, at, { ...command, expectedMsgSeqNum, possResend })
      return writeConditions(to, at + enterOrder.length, command)
    }
    case 'cancel': {
      const at = to.append(CommandType.CancelOrder, command.session, cancelOrder.length)
      return cancelOrder.encode(to.view, at, { ...command, expectedMsgSeqNum, possResend })
    }
    case 'replace': {
      const length = replaceOrder.length + conditionsLength(command)
      const at = to.append(CommandType.ReplaceOrder, command.session, length)
      replaceOrder.encode(to.view, at, { ...command, expectedMsgSeqNum, possResend })
      return writeConditions(to, at + replaceOrder.length, command)
    }
    case 'status': {
      const body = command.echo + command.body
      const [echoLength, bodyLength] = [command.echo.length, body.length]
      const length = reportStatus.length + bodyLength
      const at = to.append(CommandType.ReportStatus, command.session, length)
      reportStatus.encode(to.view, at, { ...common, ...command, echoLength, bodyLength })
      return writeBody(to, at + reportStatus.length, body)
    }
    case 'massStatus': {
      const body = command.echo + command.body
      const [echoLength, bodyLength] = [command.echo.length, body.length]
      const length = reportMassStatus.length + bodyLength
      const at = to.append(CommandType.ReportMassStatus, command.session, length)
      const record = { ...common, ...command, echoLength, bodyLength, reserved2: 0 }
      reportMassStatus.encode(to.view, at, record)
      return writeBody(to, at + reportMassStatus.length, body)
    }
    case 'massCancel': {
      const bodyLength = command.body.length
      const length = massCancel.length + bodyLength
      const at = to.append(CommandType.MassCancel, command.session, length)
      const massCancelRequestType = command.locate === 0 ? ALL_ORDERS : OF_SECURITY
      const record = { ...common, ...command, massCancelRequestType, bodyLength }
      massCancel.encode(to.view, at, record)
      return writeBody(to, at + massCancel.length, command.body)
    }
    case 'dontKnow': {
      const { reject, text } = command
      const [rejectLength, bodyLength] = [reject.length, reject.length + text.length]
      const length = noteDontKnowTrade.length + bodyLength
      const at = to.append(CommandType.NoteDontKnowTrade, command.session, length)
      const reserved = { reserved2: 0, reserved3: 0 }
      const record = { ...common, ...reserved, ...command, rejectLength, bodyLength }
      noteDontKnowTrade.encode(to.view, at, record)
      return writeBody(to, at + noteDontKnowTrade.length, reject + text)
    }
    case 'disconnect': {
      const at = to.append(CommandType.Disconnect, command.session, disconnect.length)
      const graceful = flag(command.graceful)
      return disconnect.encode(to.view, at, { ...common, graceful, bodyLength: 0 })
    }
    case 'closeDay': {
      const at = to.append(CommandType.CloseTradingDay, 0, closeTradingDay.length)
      return closeTradingDay.encode(to.view, at, { reserved: 0 })
    }
    case 'continue': {
      const at = to.append(CommandType.ContinueWork, 0, continueWork.length)
      return continueWork.encode(to.view, at, { reserved: 0 })
    }
    case 'passTime': {
      const at = to.append(CommandType.PassTime, 0, passTime.length)
      return passTime.encode(to.view, at, { reserved: 0 })
    }
    case 'openDay': {
      const at = to.append(CommandType.OpenTradingDay, 0, openTradingDay.length)
      return openTradingDay.encode(to.view, at, {
        ...common,
        ...dayOf(command.tradingDate),
        isPhased: flag(command.isPhased ?? false),
      })
    }
    case 'configure':
      return writeConfiguration(to, command.configuration, command.operation)
    case 'setLimits':
      return writeDocument(to, setRiskLimits, encodeRiskLimits(command.limits))
    case 'planDay':
      return writeDocument(to, planDay, encodeDayPlan(command.plan))
    case 'operate':
      return writeDocument(to, operate, encodeOperation(command.operation))
    case 'logOn': {
      const at = to.append(CommandType.LogOn, command.session, logOn.length)
      const resetSeqNum = flag(command.resetSeqNum)
      return logOn.encode(to.view, at, { ...common, resetSeqNum, bodyLength: 0 })
    }
    case 'resetSequence': {
      const at = to.append(CommandType.ResetSequence, command.session, resetSequence.length)
      return resetSequence.encode(to.view, at, common)
    }
    case 'send': {
      const bodyLength = command.body.length
      const at = to.append(
        CommandType.SendMessage,
        command.session,
        sendMessage.length + bodyLength,
      )
      const msgType = command.msgType.charCodeAt(0)
      sendMessage.encode(to.view, at, { ...common, msgType, bodyLength })
      return writeBody(to, at + sendMessage.length, command.body)
    }
    case 'refuseOrder': {
      const bodyLength = command.body.length
      const at = to.append(
        CommandType.RefuseOrder,
        command.session,
        refuseOrder.length + bodyLength,
      )
      refuseOrder.encode(to.view, at, { ...common, ...command, possResend, bodyLength })
      return writeBody(to, at + refuseOrder.length, command.body)
    }
    case 'refuseRequest': {
      const bodyLength = command.body.length
      const length = refuseRequest.length + bodyLength
      const at = to.append(CommandType.RefuseRequest, command.session, length)
      const cxlRejResponseTo = command.responseTo
      refuseRequest.encode(to.view, at, { ...common, ...command, cxlRejResponseTo, bodyLength })
      return writeBody(to, at + refuseRequest.length, command.body)
    }
  }
}

/** All that an order asks for; NO_CONDITIONS itself where it asks for nothing. */
export const conditionsOf = (terms: Terms): Conditions =>
  conditionsLength(terms) === 0 ? NO_CONDITIONS : { ...NO_CONDITIONS, ...terms.conditions }

const conditionsLength = ({ conditions = {} }: Terms): number =>
  Object.values(conditions).some((value) => value !== 0 && value !== '')
    ? orderConditions.length
    : 0

function writeConditions(to: RecordBuffer, at: number, terms: Terms): void {
  if (conditionsLength(terms) === 0) return
  orderConditions.encode(to.view, at, { ...conditionsOf(terms), isWaiting: 0 })
}

function writeConfiguration(
  to: RecordBuffer,
  configuration: VenueConfiguration,
  operation: OperatorCommand | undefined,
): void {
  const body = encodeConfiguration(configuration)
  const behind = operation === undefined ? new Uint8Array(0) : encodeOperation(operation)
  const { length } = applyConfiguration
  const at = to.append(CommandType.ApplyConfiguration, 0, length + body.length + behind.length)
  const lengths = { bodyLength: body.length, operationLength: behind.length }
  applyConfiguration.encode(to.view, at, lengths)
  to.bytes.set(body, at + length)
  to.bytes.set(behind, at + length + body.length)
}

type DocumentCodec = typeof setRiskLimits | typeof planDay | typeof operate

/** A command whose fields say only how long the document behind them is. */
function writeDocument(to: RecordBuffer, codec: DocumentCodec, body: Uint8Array): void {
  const at = to.append(codec.layout.type, 0, codec.length + body.length)
  codec.encode(to.view, at, { bodyLength: body.length, reserved: 0 })
  to.bytes.set(body, at + codec.length)
}

function writeBody(to: RecordBuffer, at: number, body: string): void {
  for (let i = 0; i < body.length; i++) to.bytes[at + i] = body.charCodeAt(i)
}

/** A day that is open from its first second to its last. */
function dayOf(tradingDate: number) {
  const [year, month, date] = [tradingDate / 10_000, (tradingDate / 100) % 100, tradingDate % 100]
  const midnightSeconds = Date.UTC(Math.floor(year), Math.floor(month) - 1, date) / 1000
  return {
    tradingDate,
    midnightSeconds,
    openSeconds: midnightSeconds,
    closeSeconds: midnightSeconds + 86_399,
    feedSession: `${String(tradingDate).slice(2)}AAA1`,
  }
}
