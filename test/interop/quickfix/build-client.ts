/**
 * Compiles client.cpp against the QuickFIX of this system, once for each content of the source and
 * each version of the library: the program is kept beside the installed packages.
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, existsSync, readFileSync, realpathSync, renameSync } from 'node:fs'
import { resolve } from 'node:path'

const SOURCE = 'test/interop/quickfix/client.cpp'
const LIBRARY = 'libquickfix.so'
const KEPT_IN = 'node_modules/.cache/buttonwood'
// QuickFIX 1.15 declares what it throws in a way that C++17 has no more.
const FLAGS = ['-std=c++14', '-O1', '-Wall', '-Wno-deprecated']

/** Why there is no QuickFIX to test with; undefined where there is. */
export function whyNoQuickFix(): string | undefined {
  const { error } = spawnSync('g++', ['--version'])
  if (error !== undefined) return `g++ cannot be run: ${error.message}`
  return libraryPath() === undefined ? 'libquickfix-dev is not installed' : undefined
}

/** @returns the program's path */
export function buildClient(): string {
  const made = createHash('sha256').update(readFileSync(SOURCE)).update(FLAGS.join(' '))
  const version = made.update(realpathSync(libraryPath()!)).digest('hex').slice(0, 16)
  const program = resolve(KEPT_IN, `quickfix-client-${version}`)
  if (existsSync(program)) return program

  mkdirSync(KEPT_IN, { recursive: true })
  // Tests that run side by side may both build it; whoever is last puts the same in its place.
  const fresh = `${program}.${process.pid}`
  const compile = [...FLAGS, SOURCE, '-o', fresh, '-lquickfix', '-pthread']
  const { status, stderr } = spawnSync('g++', compile, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`cannot compile ${SOURCE}: ${stderr}`)
  renameSync(fresh, program)
  return program
}

/** Where the linker finds the library; it gives the bare name back when it does not. */
function libraryPath(): string | undefined {
  const { stdout } = spawnSync('g++', [`-print-file-name=${LIBRARY}`], { encoding: 'utf8' })
  const path = stdout.trim()
  return path === LIBRARY ? undefined : path
}
