/** The row of what happened to a FIX session: Logon, Logout, disconnect, sequence reset. */
import type { Venue } from './execution-row.ts'
import { sessionOf } from './execution-row.ts'
import { parseFields } from './fix-fields.ts'
import { printTime, storableText } from './print-values.ts'
import type { SessionRow } from './tables.ts'
import {
  eventHeader,
  EventType,
  messageSent,
  recordSession,
  recordType,
  sessionDisconnected,
  textOfBytes,
} from '../wire/index.ts'

const LOGON = 0x41 // A
const LOGOUT = 0x35 // 5
const TEXT = 58

/** Where an event stands: its group, and its place among the group's events, from 0. */
export interface EventPlace {
  readonly groupNumber: number
  readonly eventIndex: number
}

/** @returns undefined for events that are not about a session's life */
export function sessionRow(
  view: DataView,
  at: number,
  venue: Venue,
  place: EventPlace,
): SessionRow | undefined {
  switch (recordType(view, at)) {
    case EventType.MessageSent:
      return messageRow(view, at, venue, place)
    case EventType.SessionDisconnected: {
      const event = sessionDisconnected.decode(view, at)
      const reasonAt = view.byteOffset + at + sessionDisconnected.length
      const reason = textOfBytes(new Uint8Array(view.buffer, reasonAt, event.bodyLength))
      return {
        ...commonColumns(view, at, venue, place),
        event: 'disconnect',
        graceful: event.graceful === 1,
        reason: storableText(reason) || null,
      }
    }
    case EventType.SequenceReset:
      return { ...commonColumns(view, at, venue, place), event: 'reset', sequence_reset: true }
    default:
      return undefined
  }
}

function messageRow(
  view: DataView,
  at: number,
  venue: Venue,
  place: EventPlace,
): SessionRow | undefined {
  const message = messageSent.decode(view, at)
  const common = commonColumns(view, at, venue, place)

  if (message.msgType === LOGON) {
    return { ...common, event: 'logon', sequence_reset: message.reset === 1 }
  }
  if (message.msgType !== LOGOUT) return undefined
  const fields = parseFields(view, at + messageSent.length, message.bodyLength)
  return { ...common, event: 'logout', reason: fields.get(TEXT) ?? null }
}

function commonColumns(view: DataView, at: number, venue: Venue, place: EventPlace) {
  const event = eventHeader.decode(view, at)
  const session = sessionOf(venue.configuration, recordSession(view, at))
  return {
    group_number: place.groupNumber,
    event_index: place.eventIndex,
    time: printTime(event.epochSeconds, event.nanoseconds),
    nanoseconds: event.nanoseconds,
    session: session?.compId ?? '',
    firm: session?.firm ?? '',
    sequence_reset: false,
    graceful: null,
    msg_seq_num: event.msgSeqNum || null,
    expected_msg_seq_num: event.expectedMsgSeqNum,
    reason: null,
  }
}
