/** What a FixSession is told about its counterparty and its patience, with the defaults. */
import type { FieldWriter } from '../codec/index.ts'
import type { HeartBtIntRange } from './judge-logon.ts'

export interface FixSessionOptions {
  readonly role: 'acceptor' | 'initiator'
  /** Ours: SenderCompID(49) of what we send. */
  readonly compId: string
  /** Theirs: SenderCompID(49) of what comes in. */
  readonly counterpartyCompId: string
  /** Seconds: the acceptor's range; of a range the initiator proposes the maximum. */
  readonly heartBtInt: number | HeartBtIntRange
  /** Largest difference between SendingTime(52) and our clock; 120. */
  readonly sendingTimeToleranceSeconds?: number
  /** Refuse tags from 5000 on that the dialect does not define. */
  readonly strictUserTags?: boolean
  /** Tags from 5000 on that the dialect defines. */
  readonly ownTags?: ReadonlySet<number> | undefined
  /** Whether an application message of this type is taken here; all are. */
  readonly offers?: (msgType: string) => boolean
  /** TestMessageIndicator(464) that fits here: Y only when this is true. */
  readonly isTest?: boolean
  /** Both counts start again with every Logon(A); the other side is told by 141=Y. */
  readonly resetOnLogon?: boolean
  /** From the connection to the Logon(A), or its answer; 10 s. */
  readonly logonTimeoutMs?: number
  /** From our Logout(5) to theirs, and from our answer to their closing; 10 s. */
  readonly logoutTimeoutMs?: number
  /** From a Logout(5) for an error to the disconnect; 2 s. */
  readonly closeTimeoutMs?: number
  /** How long a gap may stay without progress; 30 s. */
  readonly resendTimeoutMs?: number
  /** Initiator: adds Username(553), Password(554) and the like to the Logon(A). */
  readonly writeLogonFields?: (body: FieldWriter) => void
}

const offersEverything: (msgType: string) => boolean = () => true

export const SESSION_DEFAULTS = {
  sendingTimeToleranceSeconds: 120,
  strictUserTags: false,
  offers: offersEverything,
  isTest: false,
  resetOnLogon: false,
  logonTimeoutMs: 10_000,
  logoutTimeoutMs: 10_000,
  closeTimeoutMs: 2_000,
  resendTimeoutMs: 30_000,
}

export type ResolvedOptions = FixSessionOptions & typeof SESSION_DEFAULTS
