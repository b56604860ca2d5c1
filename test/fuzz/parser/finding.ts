/** Something that must not be, seen by a named oracle. */
export class Finding extends Error {
  readonly oracle: string

  constructor(oracle: string, what: string) {
    super(`${oracle}: ${what}`)
    this.oracle = oracle
  }
}

/** What the code under test throws is a finding like any other. */
export const asFinding = (error: unknown): Finding =>
  error instanceof Finding
    ? error
    : new Finding('throws', error instanceof Error ? (error.stack ?? error.message) : String(error))
