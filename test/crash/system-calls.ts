/**
 * What an exchange did, as the kernel saw it: the lines of `strace -f -yy` as steps in the order in
 * which they happened. A call that another thread's call interrupts has two lines; what counts is
 * the beginning of a write or a send, and the end of a read or a sync.
 */
import { spawnSync } from 'node:child_process'

const CALLS = 'read,write,writev,pwrite64,pwritev,pwritev2,fdatasync,sendto,sendmsg,sendmmsg'

/** Options of strace for a trace that `stepsOf` reads; descriptors come with paths and endpoints. */
export const STRACE = `-f -qq -ttt -yy -s 0 -e signal=none -e trace=${CALLS}`.split(' ')

export type Deed = 'hear' | 'record' | 'sync' | 'answer' | 'publish'

export interface Step {
  readonly deed: Deed
  /** The line of the trace. */
  readonly line: string
}

/** Why a test under strace is to be skipped here; undefined where it works. */
export function whyNoStrace(): string | undefined {
  const { error, status, stderr } = spawnSync('strace', [...STRACE, '-o', '/dev/null', 'true'])
  if (error !== undefined) return `strace cannot be run: ${error.message}`
  return status === 0 ? undefined : `strace may not trace: ${stderr.toString().trim()}`
}

const CALL = /^(\d+) +[\d.]+ (\w+)\(\d+<(.*?)>[,) ]/
const RESUMED = /^(\d+) +[\d.]+ <[.]{3} (\w+) resumed>/
const RESULT = /= (-?\d+)[^=]*$/
const JOURNAL = /\/journal\/\d{8}[.]log$/
const FEED = /^UDP:.*->239[.]192[.]44[.]\d+:\d+\]$/

export function stepsOf(trace: string, fixPort: number): Step[] {
  const interrupted = new Map<string, string>()
  const steps: Step[] = []
  for (const line of trace.split('\n')) {
    const call = CALL.exec(line)
    const thread = (call ?? RESUMED.exec(line))?.[1]
    if (thread === undefined) continue

    const isBeginning = call !== null
    const isEnd = !line.endsWith('<unfinished ...>')
    if (isBeginning) interrupted.set(thread, line)
    const [, , name = '', target = ''] = call ?? CALL.exec(interrupted.get(thread) ?? '') ?? []
    const deed = deedOf(name, target, fixPort)
    if (deed === undefined) continue
    const countsAtEnd = deed === 'hear' || deed === 'sync'
    if (countsAtEnd ? isEnd && succeeded(deed, line) : isBeginning) steps.push({ deed, line })
  }
  return steps
}

function deedOf(name: string, target: string, fixPort: number): Deed | undefined {
  if (JOURNAL.test(target)) {
    if (name === 'read') return undefined
    return name === 'fdatasync' ? 'sync' : 'record'
  }
  if (FEED.test(target)) return name === 'read' ? undefined : 'publish'
  if (!target.startsWith('TCP:[') || !target.includes(`:${fixPort}->`)) return undefined
  return name === 'read' ? 'hear' : 'answer'
}

function succeeded(deed: Deed, line: string): boolean {
  const result = Number(RESULT.exec(line)?.[1])
  return deed === 'hear' ? result > 0 : result === 0
}
