/**
 * Where a FIX session stands in its connection, and what may follow what. Gaps in the inbound
 * numbers are a matter of their own (GapQueue): a session can be in any open state with or without
 * one.
 *
 *   disconnected ─▶ awaiting-logon ─▶ logged-on ─▶ logout-sent ─▶ logged-out ─▶ disconnected
 *                          │              ├──────── they began ──────▲
 *                          └──▶ closing ◀─┘ (an error: Logout sent, nothing more is believed)
 */
export type SessionState =
  | 'disconnected'
  /** Connected; the acceptor waits for a Logon, the initiator for the answer to its own. */
  | 'awaiting-logon'
  | 'logged-on'
  /** We began the logout and wait for the answer; messages still come in. */
  | 'logout-sent'
  /** A Logout went in both directions. Whoever began it closes the transport. */
  | 'logged-out'
  /** We sent a Logout because of an error and are about to disconnect. */
  | 'closing'

export type SessionTransition =
  'connect' | 'logOn' | 'beginLogout' | 'completeLogout' | 'refuse' | 'disconnect'

// prettier-ignore
const transitions: Record<SessionState, Partial<Record<SessionTransition, SessionState>>> = {
  // FIX 4.4 vol. 2, session protocol, "Logon": nothing is said before it.
  'disconnected': {
    connect: 'awaiting-logon',
    disconnect: 'disconnected',
  },
  'awaiting-logon': {
    logOn: 'logged-on',               // case 1a, 1b
    refuse: 'closing',                // case 1d: Logon with a bad clock, number or HeartBtInt
    disconnect: 'disconnected',       // case 1e: first message is no Logon; timeout
  },
  'logged-on': {
    logOn: 'logged-on',               // ResetSeqNumFlag(141)=Y in mid-session
    beginLogout: 'logout-sent',       // case 12: we send a Logout
    completeLogout: 'logged-out',     // case 13b: they send one, we answer
    refuse: 'closing',                // case 2c, 2i, 2k, 2o, 17
    disconnect: 'disconnected',       // transport lost; case 6: TestRequest unanswered
  },
  'logout-sent': {
    completeLogout: 'logged-out',     // case 12: the answer
    disconnect: 'disconnected',       // no answer in time
  },
  'logged-out': {
    disconnect: 'disconnected',
  },
  'closing': {
    disconnect: 'disconnected',
  },
}

/** The state that follows; undefined when the transition does not exist there. */
export const nextState = (
  state: SessionState,
  transition: SessionTransition,
): SessionState | undefined => transitions[state][transition]
