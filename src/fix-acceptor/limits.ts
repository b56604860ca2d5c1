/** What one counterparty may cost: everything at the FIX port that could grow, with its limit. fix.limits of exchange.yaml has the defaults. */
export interface AcceptorLimits {
  /** Connections in all; one more is closed at once. */
  readonly connectionsMax: number
  /** Connections without a Logon yet: in all, and from one address. */
  readonly pendingLogonsMax: number
  readonly pendingLogonsPerAddressMax: number
  /** From connect to an authenticated Logon. */
  readonly logonMs: number
  /** Largest message before Logon, and of a logged-on session. */
  readonly logonBytesMax: number
  readonly messageBytesMax: number
  /** Bytes without a well-framed message after which a connection is closed. */
  readonly garbageBytesMax: number
  /** Messages of one connection in a turn of the event loop while others are active too. */
  readonly messagesPerTurnMax: number
  /** Messages of one connection in a second; what it sends beyond waits unread for the next. */
  readonly messagesPerSecondMax: number
  /** Bytes waiting for one counterparty above which its session's cursor into the journal stops. */
  readonly outboundBytesMax: number
  /** How long a counterparty may take nothing of what waits for it. */
  readonly slowReaderMs: number
}
