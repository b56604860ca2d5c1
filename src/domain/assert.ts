/**
 * Broken invariants stop the process: the journal brings us back. Stays on in production.
 * @throws AssertionError naming what did not hold
 */
export function assert(condition: boolean, what: string): asserts condition {
  if (!condition) throw new AssertionError(what)
}

export class AssertionError extends Error {
  override readonly name = 'AssertionError'
}
