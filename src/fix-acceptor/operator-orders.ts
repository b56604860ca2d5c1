/**
 * What operations asks of the FIX port, once the engine has taken it: an OperatorActed event that is neither
 * refused nor a repeated one. A start does not do it again: its events were published before.
 */
import { FieldWriter, legible, MsgType, Tag } from '../fix/index.ts'
import type { OperatorRecord, SplitAction } from '../wire/index.ts'
import type { AcceptorSession } from './acceptor-session.ts'

/** Characters of a reason or a headline that are told. */
const OPERATOR_TEXT_CHARACTERS_MAX = 200

const body = new FieldWriter(1024)

/** @param sessions by session index */
export function carryOut(
  record: OperatorRecord,
  sessions: readonly (AcceptorSession | undefined)[],
  nowMs: number,
): void {
  if (record.refused !== undefined || record.isRepeated === true) return
  switch (record.action) {
    case 'disconnect': {
      const why = `Disconnected by operations: ${record.why}`
      sessionOf(record.session, sessions)?.fix.dismiss(nowMs, textOf(why))
      return
    }
    case 'reset-sequence':
      sessionOf(record.session, sessions)?.beginAgain()
      return
    case 'news':
      return tellNews(textOf(record.headline), sessions)
    case 'split':
      return tellNews(splitHeadline(record), sessions)
    case 'halt':
    case 'collect':
    case 'resume':
    case 'kill':
    case 'unkill':
    case 'bust':
    case 'correct':
    case 'set-limits':
    case 'add-instrument':
    case 'change-instrument':
    case 'delist-instrument':
      // The engine has done it.
      return
  }
}

const splitHeadline = ({ symbol, into, from }: SplitAction): string =>
  `Corporate action: ${symbol} splits ${into} for ${from}; its orders are canceled, trading is halted`

/** News(B) to every session that is logged on. */
function tellNews(headline: string, sessions: readonly (AcceptorSession | undefined)[]): void {
  body.clear()
  body.string(Tag.Headline, headline)
  body.int(Tag.NoLinesOfText, 1)
  body.string(Tag.Text, headline)
  for (const session of sessions) {
    if (session?.isLoggedOn === true) session.send(MsgType.News, body)
  }
}

const sessionOf = (
  compId: string,
  sessions: readonly (AcceptorSession | undefined)[],
): AcceptorSession | undefined => sessions.find((session) => session?.venue.compId === compId)

const textOf = (text: string): string => legible(text, OPERATOR_TEXT_CHARACTERS_MAX)
