/** What a transcript is played against: a FixSession alone, or the exchange around it. */
import type { Speaker } from './transcript.ts'

/** What the venue did, in order; what cannot be seen from outside is left out. */
export type Happening =
  | { readonly speaker: Speaker; readonly kind: 'said'; readonly bytes: Uint8Array }
  | {
      readonly speaker: Speaker
      readonly kind: 'app' | 'refused'
      readonly fields?: readonly (readonly [number, string])[]
    }
  | { readonly speaker: Speaker; readonly kind: 'disconnect'; readonly reason?: string }

export interface SessionNumbers {
  /** MsgSeqNum(34) expected. */
  readonly in: number
  /** MsgSeqNum(34) of our next message. */
  readonly out: number
}

export interface TranscriptVenue {
  /** MsgSeqNum(34) that is expected of ACME. */
  readonly expectedMsgSeqNum: number
  /** Brings ACME's session to these numbers, before it connects. */
  setNumbers(numbers: SessionNumbers): Promise<void>
  connect(speaker: Speaker, compId: string): void
  /** Bytes of a counterparty have arrived. */
  push(speaker: Speaker, chunk: Uint8Array): void
  /** A counterparty's end of the connection is gone. */
  drop(speaker: Speaker): void
  advance(ms: number): Promise<void>
  /** Whatever needs neither the clock nor a counterparty is done. */
  settle(): Promise<void>
  /** The application sends `35=8|37=1`. */
  send(text: string): void
  logout(text: string): void
  /** What happened since the last call. */
  take(): Happening[]
}
