/** Something that must never be was seen: which checker saw it, and what. */
export class Violation extends Error {
  readonly checker: string

  constructor(checker: string, what: string) {
    super(`${checker}: ${what}`)
    this.checker = checker
  }
}
