/** Which scopes judge the orders of a session and an account: worked out when either has changed. */
import type { ScopeKind, ScopeName, VenueSession } from '../../wire/index.ts'
import type { Scope } from './scope.ts'

const NO_SCOPES: readonly Scope[] = []

/** The same for the same scope, and for no other. */
export const keyOf = ({ kind, firm, name }: ScopeName): string => JSON.stringify([kind, firm, name])

export class Assignment {
  /** By session and account number; those of account 0 have none. */
  private assigned: (readonly (readonly Scope[])[])[] = []
  /** By session. */
  private firms: (string | undefined)[] = []

  /**
   * Wide scopes before narrow ones.
   * @param sessions by index; [0] is undefined
   * @returns whether a session has gone to another firm
   */
  assign(scopes: readonly Scope[], sessions: readonly (VenueSession | undefined)[]): boolean {
    const byKey = new Map(scopes.map((scope) => [keyOf(scope), scope]))
    const find = (kind: ScopeKind, name: string, firm = ''): Scope[] => {
      const scope = byKey.get(keyOf({ kind, firm, name }))
      return scope === undefined ? [] : [scope]
    }
    this.assigned = sessions.map((session) => {
      if (session === undefined) return []
      const { firm, compId, accounts } = session
      const all = [...find('venue', ''), ...find('firm', firm), ...find('session', compId)]
      return [all, ...accounts.map((account) => [...all, ...find('account', account, firm)])]
    })

    const before = this.firms
    this.firms = sessions.map((session) => session?.firm)
    return before.some((firm, session) => firm !== this.firms[session])
  }

  scopesOf(session: number, account: number): readonly Scope[] {
    return this.assigned[session]?.[account] ?? NO_SCOPES
  }

  /** Whether a scope judges orders of a session. */
  concerns(scope: Scope, session: number): boolean {
    return this.assigned[session]!.some((scopes) => scopes.includes(scope))
  }
}
