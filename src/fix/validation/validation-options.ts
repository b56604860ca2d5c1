/** What is left to the agreement with a counterparty. */
export interface ValidationOptions {
  /** Refuse tags from 5000 on instead of ignoring them. */
  readonly strictUserTags: boolean
  /** Tags from 5000 on that the dialect defines. */
  readonly ownTags?: ReadonlySet<number> | undefined
}
