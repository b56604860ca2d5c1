/** What the FIX port has refused so far, for /metrics. */
import type { AcceptorLimits } from './limits.ts'

export class AcceptorCounts {
  /** Garbled messages, ignored. */
  garbled = 0
  /** Logons with wrong names, a wrong password, from a wrong address, or for a session in use. */
  logonsRefused = 0
  /** Trades that a counterparty did not know: DontKnowTrade(Q). */
  doubtedTrades = 0
  /** Times that messages were asked for again: by ResendRequest(2), or at the Logon by 789. */
  resendsAsked = 0
  /** How often each limit of AcceptorLimits was reached. */
  readonly reached: Record<keyof AcceptorLimits, number> = {
    connectionsMax: 0,
    pendingLogonsMax: 0,
    pendingLogonsPerAddressMax: 0,
    logonMs: 0,
    logonBytesMax: 0,
    messageBytesMax: 0,
    garbageBytesMax: 0,
    messagesPerTurnMax: 0,
    messagesPerSecondMax: 0,
    outboundBytesMax: 0,
    slowReaderMs: 0,
  }
}
