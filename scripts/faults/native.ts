/** The programs in C that faults need, compiled by the C compiler of the machine. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

/** Errno of Linux. */
export const EPERM = 1
export const EIO = 5
export const EROFS = 30
export const ENETUNREACH = 101

export function whyNoCompiler(): string | undefined {
  const { error } = spawnSync('cc', ['--version'])
  return error === undefined ? undefined : `there is no C compiler: ${error.message}`
}

/** Environment of a server whose journal goes wrong: `write:40:kill:17`, native/shim.c. */
export function withShim(scratch: string, fault: string): Record<string, string> {
  const library = compiled(scratch, 'shim', ['-shared', '-fPIC'])
  return { LD_PRELOAD: library, FAULT: fault }
}

/** Cuts the power of the disk that a directory is on. */
export function cutPower(scratch: string, directory: string): void {
  run(compiled(scratch, 'cut-power', []), [directory])
}

function compiled(scratch: string, name: string, options: readonly string[]): string {
  const target = join(scratch, name)
  if (!existsSync(target)) {
    run('cc', ['-O2', ...options, '-o', target, `scripts/faults/native/${name}.c`, '-ldl'])
  }
  return target
}

export function run(program: string, args: readonly string[]): void {
  const { status, stderr, error } = spawnSync(program, args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${error?.message ?? stderr}`)
}
