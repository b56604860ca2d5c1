/** The processes that another one has started, as Linux knows them. */
import { readdirSync, readFileSync } from 'node:fs'

/** @param program part of the command line of those wanted; left out: all */
export function childrenOf(pid: number, program = ''): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => parentOf(name) === pid && fileOf(name, 'cmdline').includes(program))
    .map(Number)
}

/** The fourth field of `stat`, behind a name that may hold anything in brackets. */
function parentOf(pid: string): number {
  const stat = fileOf(pid, 'stat')
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])
}

function fileOf(pid: string, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'latin1')
  } catch {
    return '' // It has ended meanwhile.
  }
}
