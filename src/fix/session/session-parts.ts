/** What the parts of one FixSession share. */
import type { FixMessage } from '../codec/index.ts'
import type { ResolvedOptions } from './fix-session-options.ts'
import type { HeartbeatMonitor } from './heartbeat-monitor.ts'
import type { InboundSequence } from './inbound-sequence.ts'
import type { Lifecycle } from './lifecycle.ts'
import type { Objection } from './objection.ts'
import type { Standing } from './order-of-judgement.ts'
import { endsSession } from './refusal.ts'
import type { SessionPort } from './session-port.ts'
import type { SessionSender } from './session-sender.ts'

export interface SessionParts {
  readonly options: ResolvedOptions
  readonly port: SessionPort
  readonly sender: SessionSender
  readonly inbound: InboundSequence
  readonly lifecycle: Lifecycle
  readonly heartbeats: HeartbeatMonitor
  readonly standing: Standing
}

/** Gives a message that was objected to its one answer. */
export function answerObjection(
  message: FixMessage,
  objection: Objection,
  { inbound, sender, lifecycle }: SessionParts,
): void {
  switch (objection.answer) {
    case 'hang-up':
      return lifecycle.hangUp(objection.text)
    case 'logout':
      return lifecycle.refuse(objection.text)
    case 'business-reject':
      inbound.count(message)
      return sender.businessReject(message, objection)
    case 'reject':
      inbound.count(message)
      sender.reject(message, objection.refusal)
      // Without a Logon there is no session that could go on.
      if (endsSession(objection.refusal) || lifecycle.state === 'awaiting-logon') {
        lifecycle.refuse(objection.refusal.text)
      }
  }
}
