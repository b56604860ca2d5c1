/** What an error says on standard error: one line, with its code if it has one of ours. */

const NEW_LINES = /\s*\n\s*/g

/** `buttonwood: what is wrong and what to do [EXC_…]` */
export function errorLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  return `buttonwood: ${message.replaceAll(NEW_LINES, ' ')}${codeOf(error)}\n`
}

/**
 * The line of an exchange that stops by itself. An error of ours says what to do; anything else is
 * a mistake in our code, and the place where it was thrown is what its author wants to know.
 */
export function fatalLine(error: unknown): string {
  if (codeOf(error) !== '') return errorLine(error)
  const place = error instanceof Error ? /\n\s+(at .*)/.exec(error.stack ?? '')?.[1] : undefined
  const where = place === undefined ? '' : `, ${place}`
  return errorLine(`the exchange stops, its own code is at fault: ${String(error)}${where}`)
}

function codeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return code.startsWith('EXC_') ? ` [${code}]` : ''
}
