/** From what a person asks for to what is told of it: previews, second persons, and the outcome. */
import type { KillScope, OperatorAction, OperatorCommand, OperatorRecord } from '../wire/index.ts'
import { mayAct } from './admin-tokens.ts'
import type { Person } from './admin-tokens.ts'
import type { DoneAnswer, PreviewAnswer, RefusedAnswer, WaitingAnswer } from './answers.ts'
import type { Confirmation, Confirmations } from './confirmations.ts'
import { CONFIRMATIONS_PER_PERSON_MAX } from './confirmations.ts'
import type { NoOutcome } from './operator-desk.ts'
import type { Reply } from './reply.ts'
import { busy, problem, roleMissing, wrong } from './reply.ts'
import type { Asked } from './requests.ts'
import { roleOf } from './routes.ts'

export interface RequestDesk {
  perform(command: OperatorCommand): Promise<OperatorRecord | NoOutcome>
  countOrders(scope: KillScope): Promise<number | undefined>
}

export interface OperatorRequestsOptions {
  readonly desk: RequestDesk
  readonly confirmations: Confirmations
  readonly twoPersons: readonly OperatorAction['action'][]
}

const OTHER_BODY = 'this Idempotency-Key was used for another request: use a new one'

export class OperatorRequests {
  private readonly options: OperatorRequestsOptions

  constructor(options: OperatorRequestsOptions) {
    this.options = options
  }

  /** @param requestId 1..64 printable ASCII characters */
  async ask(person: Person, requestId: string, asked: Asked): Promise<Reply> {
    const { action, why, dryRun } = asked
    const needed = roleOf(action)
    if (!mayAct(person.role, needed)) return roleMissing(needed)
    if (dryRun) return this.preview(action)

    const command: OperatorCommand = { requestId, by: person.name, why, ...action }
    const needsTwo = this.options.twoPersons.includes(action.action)
    return needsTwo ? this.askTwo(person, command) : this.perform(command)
  }

  async confirm(person: Person, id: string): Promise<Reply> {
    const { confirmations } = this.options
    const confirmation = confirmations.find(id)
    if (confirmation === undefined) {
      return wrong(404, 'no such confirmation waits: it has expired, or was never given')
    }
    const needed = roleOf(confirmation.command)
    if (!mayAct(person.role, needed)) return roleMissing(needed)
    if (confirmation.by === person.name) {
      return problem(403, 'denied', 'another person must confirm it')
    }
    return this.perform(confirmations.confirm(confirmation, person.name))
  }

  private async askTwo({ name }: Person, command: OperatorCommand): Promise<Reply> {
    const { confirmations } = this.options
    const known = confirmations.ofRequest(command.requestId)
    if (known !== undefined && !isSame(known.command, command)) return wrong(409, OTHER_BODY)
    if (known?.confirmed !== undefined) return this.perform(known.confirmed)

    const confirmation = known ?? confirmations.ask(name, command)
    if (confirmation !== undefined) return this.waiting(confirmation)
    return busy(`${CONFIRMATIONS_PER_PERSON_MAX} of your requests wait for their confirmation`)
  }

  private waiting(confirmation: Confirmation): Reply {
    const { id, command } = confirmation
    const body: WaitingAnswer = {
      outcome: 'waiting',
      confirmation: id,
      expiresInSeconds: this.options.confirmations.secondsLeft(confirmation),
      operation: { ...command },
    }
    const { requestId, why } = command
    return { status: 202, outcome: 'waiting', body, requestId, why }
  }

  private async preview(action: OperatorAction): Promise<Reply> {
    if (action.action !== 'kill') return wrong(400, 'only a kill has a preview')
    const orders = await this.options.desk.countOrders(action)
    if (orders === undefined) return problem(409, 'refused', `there is no ${nameOf(action)}`)
    const body: PreviewAnswer = { outcome: 'preview', orders }
    return { status: 200, outcome: 'preview', body }
  }

  private async perform(command: OperatorCommand): Promise<Reply> {
    const record = await this.options.desk.perform(command)
    const { requestId, why } = command
    return { ...replyOf(command, record), requestId, why }
  }
}

function replyOf(command: OperatorCommand, record: OperatorRecord | NoOutcome): Reply {
  if (record === 'too many') return busy('too many operations are under way')
  if (record === 'not known') {
    const error = 'not known: the exchange stops; ask again with the same Idempotency-Key'
    return problem(503, 'not-known', error)
  }
  const { refused, isRepeated: repeated = false, ...operation } = record
  if (repeated && !isSame(record, command)) return wrong(409, OTHER_BODY)
  if (refused === undefined) {
    const body: DoneAnswer = { outcome: 'done', repeated, operation }
    return { status: 200, outcome: 'done', body }
  }
  const body: RefusedAnswer = { outcome: 'refused', error: refused, repeated, operation }
  return { status: 409, outcome: 'refused', body }
}

/** Whether two commands ask for the same; who confirmed it makes no difference. */
const isSame = (one: OperatorRecord, other: OperatorRecord): boolean =>
  fingerprintOf(one) === fingerprintOf(other)

function fingerprintOf(record: OperatorRecord): string {
  const { by: _by, refused: _refused, isRepeated: _isRepeated, ...rest } = record
  // What the journal says of a trade is not asked for.
  const { trade: _trade, ...asked } = { trade: undefined, ...rest }
  return JSON.stringify(Object.entries(asked).sort(([a], [b]) => (a < b ? -1 : 1)))
}

const nameOf = ({ kind, firm, name }: KillScope): string =>
  kind === 'account' ? `account ${name} of firm ${firm}` : `${kind} ${name}`
