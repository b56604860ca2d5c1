/**
 * What many test files need and takes seconds to make: the program compiled, as it ships, which
 * starts in half the time that the sources take under tsx; and an embedded database with empty tables,
 * so that a new exchange has one without the seconds of `initdb` and the migrations. Whoever needs it
 * first makes it.
 */
import { spawnSync } from 'node:child_process'
import {
  constants,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  renameSync,
  symlinkSync,
} from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { inject } from 'vitest'

/** However many others work on this machine. */
const MADE_MS = 60_000
const LOOK_AGAIN_MS = 20
let runFolder: string | undefined
const OPEN_AND_CLOSE = `
  const [program, dataDir] = process.argv.slice(1)
  const { openDatabase } = await import(program)
  const database = await openDatabase({ database: 'embedded', dataDir })
  await database.close()`

/** Where it is made by a program that is no test; a run of tests has its own folder. */
export function makeOnceIn(folder: string): void {
  runFolder = folder
}

const builtFolder = (): string => join(madeOnce('program', compile), 'dist')

/** Folder of the compiled program, for a server whose readers are to start quickly. */
export const builtPrograms = (): URL => pathToFileURL(`${builtFolder()}/`)

/** Arguments of node that run the command `buttonwood`. */
export const builtProgram = (): readonly string[] => [join(builtFolder(), 'cli', 'bin.js')]

/** Gives a data directory an embedded database, unless it has one. */
export function provideDatabase(dataDir: string): void {
  const directory = join(dataDir, 'pg')
  if (existsSync(directory)) return
  const empty = madeOnce('database', initialise)
  cpSync(join(empty, 'pg'), directory, { recursive: true, mode: constants.COPYFILE_FICLONE })
}

function compile(folder: string): void {
  mkdirSync(folder)
  copyFileSync('package.json', join(folder, 'package.json'))
  symlinkSync(resolve('node_modules'), join(folder, 'node_modules'))
  run('node_modules/.bin/tsc', ['-p', 'tsconfig.build.json', '--outDir', join(folder, 'dist')])
}

function initialise(folder: string): void {
  const program = join(builtFolder(), 'dropcopy', 'index.js')
  run(process.execPath, ['--input-type=module', '--eval', OPEN_AND_CLOSE, program, folder])
}

function run(program: string, args: readonly string[]): void {
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${program} ended with ${status}: ${stdout}${stderr}`)
}

/** Waits while another worker makes it: nothing else can be done without it. */
export function madeOnce(name: string, make: (folder: string) => void): string {
  const made = join(runFolder ?? inject('runFolder'), name)
  const deadlineMs = performance.now() + MADE_MS
  while (!existsSync(made)) {
    if (isFirst(`${made}.claim`)) {
      make(`${made}.unfinished`)
      renameSync(`${made}.unfinished`, made)
    } else {
      if (performance.now() > deadlineMs) throw new Error(`${name} was not made in time`)
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, LOOK_AGAIN_MS)
    }
  }
  return made
}

function isFirst(claim: string): boolean {
  try {
    mkdirSync(claim)
    return true
  } catch {
    return false
  }
}
