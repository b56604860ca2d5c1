/**
 * ARCHITECTURE.md draws the arrows between the folders; this reads the import statements and
 * prints every arrow that is not drawn.
 */
import { readFileSync, readdirSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'

const CORE = ['domain', 'book', 'engine', 'wire', 'fix']

interface Arrow {
  /** Importing file, relative to src/. */
  readonly from: string
  /** Imported file relative to src/, or the bare name of a module. */
  readonly to: string
}

interface Import extends Arrow {
  /** Erased before the code runs. */
  readonly typeOnly: boolean
}

const imports = sourceFiles('src').flatMap(importsOf)
const folderOf = (file: string): string => file.split('/')[0]!
const isLocal = ({ to }: Arrow): boolean => to.endsWith('.ts')
/** Files beside the folders, such as main.ts, build and connect everything. */
const isAssembly = (file: string): boolean => !file.includes('/')
const between = imports.filter((one) => isLocal(one) && folderOf(one.from) !== folderOf(one.to))

describe('the arrows between folders', () => {
  it('are all drawn in ARCHITECTURE.md', () => {
    const drawn = drawnArrows()
    const notDrawn = between
      .filter(({ from }) => !isAssembly(from))
      .filter(({ from, to }) => !mayImport(drawn, folderOf(from), folderOf(to)))

    expect(notDrawn.map(print)).toEqual([])
  })

  it('start at every folder of src', () => {
    const folders = readdirSync('src', { withFileTypes: true }).filter((one) => one.isDirectory())

    expect([...drawnArrows().keys()].sort()).toEqual(folders.map(({ name }) => name).sort())
  })

  it('enter a folder only through its index.ts', () => {
    const elsewhere = between.filter(({ to }) => to.includes('/') && !to.endsWith('/index.ts'))

    expect(elsewhere.map(print)).toEqual([])
  })

  it('never lead back, neither between folders nor between files', () => {
    const folders = between.map((one) => ({ from: folderOf(one.from), to: folderOf(one.to) }))
    const files = imports.filter((one) => isLocal(one) && !one.typeOnly)

    expect(cycleIn(folders)).toEqual([])
    expect(cycleIn(files)).toEqual([])
  })
})

describe('the core', () => {
  it('imports no module of Node and no package', () => {
    const outside = imports.filter((one) => CORE.includes(folderOf(one.from)) && !isLocal(one))

    expect(outside.map(print)).toEqual([])
  })
})

/** Folder → folders it may import, from the block under "Folders and the arrows between them". */
function drawnArrows(): Map<string, string[]> {
  const text = readFileSync('ARCHITECTURE.md', 'utf8')
  const block = /## Folders and the arrows[^]*?```\n([^]*?)```/.exec(text)?.[1] ?? ''
  const lines = block.matchAll(/^src\/([\w-]+)\/ +imports (.*?)(?: {2,}.*)?$/gm)
  return new Map(
    [...lines].map(([, folder, what]) => [
      folder!,
      what === 'nothing' ? [] : what!.startsWith('everything') ? allBut(what!) : what!.split(' '),
    ]),
  )
}

/** `everything but engine and book` → every other folder, and the files beside the folders. */
function allBut(what: string): string[] {
  const not = what.split(/ but | and |, /).slice(1)
  return readdirSync('src').filter((name) => !not.includes(name))
}

function mayImport(drawn: Map<string, string[]>, from: string, to: string): boolean {
  return drawn.get(from)?.includes(to) ?? false
}

function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name))
}

/** Static and dynamic imports and re-exports, types too; comments do not count. */
function importsOf(file: string): Import[] {
  const code = readFileSync(file, 'utf8').replace(/\/\*[^]*?\*\/|^\s*\/\/.*$/gm, '')
  const statement = /\b(?:(?:import|export)(\s+type)?\b[^'"=;]*?\bfrom|import)\s*\(?\s*'([^'\n]+)'/g
  const from = relative('src', file)
  return [...code.matchAll(statement)].map(([, type, specifier = '']) => ({
    from,
    to: specifier.startsWith('.') ? relative('src', resolve(dirname(file), specifier)) : specifier,
    typeOnly: type !== undefined,
  }))
}

/** The first closed path found, each name once; empty when there is none. */
function cycleIn(arrows: readonly Arrow[]): string[] {
  const next = new Map<string, Set<string>>()
  for (const { from, to } of arrows) next.set(from, (next.get(from) ?? new Set()).add(to))

  const done = new Set<string>()
  const visit = (name: string, path: readonly string[]): string[] => {
    if (path.includes(name)) return path.slice(path.indexOf(name))
    if (done.has(name)) return []
    for (const to of next.get(name) ?? []) {
      const cycle = visit(to, [...path, name])
      if (cycle.length > 0) return cycle
    }
    done.add(name)
    return []
  }
  return [...next.keys()].map((name) => visit(name, [])).find((cycle) => cycle.length > 0) ?? []
}

function print({ from, to }: Arrow): string {
  return `src/${from} → ${to}`
}
