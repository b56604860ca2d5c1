/** What long work on the copy tells while it goes on. */
export interface Progress {
  readonly done: number
  /** Of the same things; 0 = nothing to do. */
  readonly total: number
  /** What is done, and of what: `compared group 5000 of 12000`. */
  readonly text: string
}

/** Called often: who shows it decides when. */
export type ShowProgress = (at: Progress) => void

/** One line for the operator. */
export type Note = (line: string) => void

export interface Watch {
  readonly note: Note
  readonly progress: ShowProgress
}
