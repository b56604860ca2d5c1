/** Drop copies as text, compared with what the sessions themselves were told. */
import type { RawFix } from './raw-fix.ts'

/** What a drop copy says of a message that a session was told: fields as RawFix gives them. */
export function copyOf(compId: string, told: string): string {
  const [, msgType, body] = /^35=([89])\|(.*)$/.exec(told)!
  return `35=${msgType}|115=${compId}|${body}${msgType === '8' ? '|797=Y' : ''}`
}

/** Whether a session's message is one that is copied: a status answer has no ExecID. */
export const isCopied = (told: string): boolean => /^35=[89]\|/.test(told) && !/\|17=0\|/.test(told)

export async function hear(session: RawFix, count: number): Promise<string[]> {
  const heard: string[] = []
  while (heard.length < count) heard.push(await session.hear())
  return heard
}

/** Everything up to the answer to a TestRequest, which is the last thing that it is told. */
export async function hearUntilIdle(session: RawFix, id = 'idle'): Promise<string[]> {
  session.say(`35=1|112=${id}`)
  const heard: string[] = []
  for (;;) {
    const message = await session.hear()
    if (message === `35=0|112=${id}`) return heard
    heard.push(message)
  }
}

/** By order of execution: what a session was told of one event stands where that event does. */
export const byExecId = (messages: readonly string[]): string[] =>
  [...messages].sort((a, b) => execIdOf(a) - execIdOf(b))

const execIdOf = (message: string): number => Number(/\|17=(\d+)\|/.exec(message)?.[1] ?? 0)
