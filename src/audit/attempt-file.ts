/** Something is done with a file: what goes wrong is told with its name. */
import { ErrorCode, ExchangeError, messageOf } from '../runtime/index.ts'

/**
 * @param what cannot be done when `act` throws: `cannot be read`
 * @throws ExchangeError AuditTrail
 */
export function attempt<Result>(file: string, what: string, act: () => Result): Result {
  try {
    return act()
  } catch (cause) {
    const message = `${file}: ${what}: ${messageOf(cause)}`
    throw new ExchangeError(ErrorCode.AuditTrail, message, { cause })
  }
}
