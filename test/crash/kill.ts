/** The end of an exchange as nobody can prepare for it. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { ServedExchange } from '../support/running-exchange.ts'

export async function kill(exchange: ServedExchange): Promise<void> {
  exchange.kill('SIGKILL')
  // Its end, not that of its drop copy reader, which the next one's reader waits for.
  while (isAlive(exchange.pid)) await sleep(1)
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false // ESRCH: nobody has this id any more.
  }
}
