/** Messages as text for comparing by eye: `|` for the delimiter, one line for each. */

/** A field of a message by its tag. */
export const field = (message: string, tag: number): string | undefined =>
  new RegExp(`\\|${tag}=([^|]*)`).exec(message)?.[1]

export const fieldsOf = (message: string, ...tags: readonly number[]): (string | undefined)[] =>
  tags.map((tag) => field(message, tag))

/** MsgSeqNum(34) */
export const numberOf = (message: string): number => Number(field(message, 34))

/** PossDupFlag(43)=Y */
export const isAgain = (message: string): boolean => field(message, 43) === 'Y'

/** ExecutionReport(8), OrderCancelReject(9) */
export const isReport = (message: string): boolean => /\|35=[89]\|/.test(message)

/** `A D D 5`: the MsgTypes(35) of a conversation. */
export const typesOf = (messages: readonly string[]): string =>
  messages.map((message) => field(message, 35)).join(' ')

/** `7 8 again`, `8 4 again to 12`: numbers, MsgTypes(35), and where gap fills lead. */
export const outlineOf = (messages: readonly string[]): string[] =>
  messages.map((message) => {
    const newSeqNo = field(message, 36)
    const number = `${numberOf(message)} ${field(message, 35)}${isAgain(message) ? ' again' : ''}`
    return newSeqNo === undefined ? number : `${number} to ${newSeqNo}`
  })

/**
 * Reports and cancel rejects: `#MsgSeqNum(34) ExecID(17) ExecType(150)/OrdStatus(39)
 * ClOrdID(11)<OrigClOrdID(41)` and the terms; `#MsgSeqNum(34) 9 ids OrdStatus(39) CxlRejReason(102)`.
 */
export const linesOf = (messages: readonly string[]): string[] => messages.map(lineOf)

function lineOf(message: string): string {
  const value = (tag: number): string => field(message, tag) ?? '-'
  const text = field(message, 58)
  const ids = field(message, 41) === undefined ? value(11) : `${value(11)}<${value(41)}`
  const number = `#${value(34)}${isAgain(message) ? ' again' : ''}`
  if (value(35) === '9') return `${number} 9 ${ids} ${value(39)} ${value(102)} ${text}`
  return [
    `${number} ${value(17)} ${value(150)}/${value(39)} ${ids}`,
    value(54) === '1' ? 'buy' : 'sell',
    `${value(38)}@${value(44)}`,
    ...(value(150) === 'F' ? [`last ${value(32)}@${value(31)}`] : []),
    `leaves ${value(151)} cum ${value(14)}`,
    ...(text === undefined ? [] : [text]),
  ].join(' ')
}

/** A message that was sent again as it was the first time; compare with `contentOf` that. */
export const firstSendingOf = (again: string): string =>
  contentOf(again)
    .replace('|43=Y', '')
    .replace(/\|52=[^|]*\|122=/, '|52=')

/** All but BodyLength(9) and CheckSum(10). */
export const contentOf = (message: string): string => message.replace(/\|9=\d+|\|10=\d+/g, '')
