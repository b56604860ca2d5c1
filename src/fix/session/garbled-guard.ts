/**
 * Ends an endless loop: a counterparty that answers our ResendRequest with the same garbled frame
 * every time would be asked for ever. FIX 4.4 volume 2 asks for such a guard, "garbled message".
 */
export const GARBLED_REPEATS_MAX = 3

const MSG_SEQ_NUM = /\|34=(\d{1,10})\|/

export class GarbledGuard {
  #fault = ''
  #times = 0

  /** There was progress: what comes now is not one of those in a row. */
  forget(): void {
    this.#times = 0
  }

  /** @returns the Text(58) of the Logout that is due, or null */
  judge(reason: string, text: string): string | null {
    const msgSeqNum = MSG_SEQ_NUM.exec(text)?.[1]
    if (msgSeqNum === undefined) return null
    const fault = `${msgSeqNum} ${reason}`
    this.#times = fault === this.#fault ? this.#times + 1 : 1
    this.#fault = fault
    return this.#times < GARBLED_REPEATS_MAX
      ? null
      : `garbled message repeated at MsgSeqNum ${msgSeqNum}`
  }
}
