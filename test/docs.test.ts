/** The documents say what the code does: error codes, files, commands and scripts that exist. */
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Command } from 'commander'
import { describe, expect, it } from 'vitest'
import { faults } from '../scripts/faults/faults.ts'
import { buildProgram } from '../src/cli/program.ts'
import { ErrorCode, loadConfig } from '../src/runtime/index.ts'

const FENCE = /```[^]*?```/g

const documents = [
  ...markdownIn('.', { recursive: false }),
  ...markdownIn('docs', { recursive: true }),
  ...markdownIn('src', { recursive: true }),
  ...markdownIn('examples', { recursive: true }),
]
const read = (file: string): string => readFileSync(file, 'utf8')

describe('docs/errors.md', () => {
  const documented = [...read('docs/errors.md').matchAll(/^\| `(EXC_\w+)` +\|/gm)].map(
    ([, code]) => code!,
  )
  const inCode: string[] = Object.values(ErrorCode)

  it('has a row for every code in src/runtime/errors.ts', () => {
    const missing = inCode.filter((code) => !documented.includes(code))

    expect(missing, 'add a row | `CODE` | meaning | what to do | to docs/errors.md').toEqual([])
  })

  it('has no row for a code that does not exist', () => {
    const stale = documented.filter((code) => !inCode.includes(code))

    expect(stale, 'remove the row, or add the code to src/runtime/errors.ts').toEqual([])
  })

  it('has each code once, and each code is thrown somewhere', () => {
    const source = sourceFiles().map(read).join('\n')
    const unused = Object.keys(ErrorCode).filter((name) => !source.includes(`ErrorCode.${name}`))

    expect(new Set(documented).size).toBe(documented.length)
    expect(unused, 'throw it, or remove code and row').toEqual([])
  })
})

describe('a document', () => {
  it.each(documents)('%s links only to files that exist', (file) => {
    const links = [
      ...read(file)
        .replace(FENCE, '')
        .matchAll(/\]\(([^)\s]+)\)/g),
    ]
      .map(([, target]) => target!.split('#')[0]!)
      .filter((target) => target !== '' && !/^https?:/.test(target))
    const broken = links.filter((target) => !existsSync(join(dirname(file), target)))

    expect(broken).toEqual([])
  })

  it.each(documents)('%s names only files of src, test, scripts and docs that exist', (file) => {
    const named = [...read(file).matchAll(/`((?:src|test|scripts|docs|config)\/[\w./-]+)`/g)]
      .map(([, path]) => path!)
      .filter((path) => !/NAME|COMPID/.test(path))

    expect(named.filter((path) => !existsSync(path))).toEqual([])
  })

  it.each(documents)('%s names only commands and scripts that exist', (file) => {
    const text = read(file)
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
    const commands = commandNames(buildProgram())
    const noScript = [...text.matchAll(/npm run ([\w:-]+)/g)].filter(
      ([, name]) => !(name! in scripts),
    )
    const noCommand = [...text.matchAll(/(?:npx |`|\$ )buttonwood ([a-z]+)/g)].filter(
      ([, name]) => !commands.includes(name!),
    )

    expect([...noScript, ...noCommand].map(([match]) => match)).toEqual([])
  })
})

describe('docs/operations/limits.md', () => {
  it('has a row for each of fix.limits, with its default, and no other', () => {
    const rows = [...read('docs/operations/limits.md').matchAll(/^\| `([a-z]\w+)` +\| (\d+) +\|/gm)]
    const { limits } = loadConfig({ file: 'config/exchange.yaml', env: {} }).fix

    expect(rows.map(([, key, value]) => [key, Number(value)])).toEqual(Object.entries(limits))
  })
})

describe('docs/operations/limits.md, of the admin API', () => {
  it('has a row for each limit in src/admin, with its value, and no other', () => {
    const [, part = ''] = read('docs/operations/limits.md').split('[admin API](controls.md)')
    const rows = [...part.matchAll(/^\| `([A-Z_]+)` +\| ([\d,]+) +\|/gm)].map(
      ([, name, value]) => `${name} ${value!.replaceAll(',', '')}`,
    )
    const source = sourceFiles().filter((file) => file.startsWith('src/admin/'))
    const limits = [
      ...source
        .map(read)
        .join('\n')
        .matchAll(/const ([A-Z_]+_MAX|CONFIRMATION_MS) = ([\d_]+)$/gm),
    ].map(([, name, value]) => `${name} ${value!.replaceAll('_', '')}`)

    expect(limits.length).toBeGreaterThan(10)
    expect(rows.toSorted()).toEqual(limits.toSorted())
  })
})

describe('docs/operations/failure-modes.md', () => {
  const [modes = '', run = ''] = read('docs/operations/failure-modes.md').split(
    '## The counted run',
  )
  const rows = modes.split('\n').filter((line) => /^\| (?!what fails|-)/.test(line))

  it('names for each failure what is seen, what to do and what proves it', () => {
    const proof = /`(?:test|scripts\/faults)\/[\w./-]+\.(?:ts|md)`/
    const incomplete = rows.filter((row) => {
      const cells = row.slice(2, -2).split(' | ')
      return (
        cells.length !== 5 || cells.some((cell) => cell.trim() === '') || !proof.test(cells[4]!)
      )
    })

    expect(rows.length).toBeGreaterThan(40)
    expect(incomplete).toEqual([])
  })

  it('says what each fault of npm run faults came to, and no other', () => {
    const counted = [...run.matchAll(/^\| `([\w-]+)` /gm)].map(([, name]) => name)

    expect(counted).toEqual(faults.map(({ name }) => name))
  })

  it('names the file of every fault', () => {
    const files = readdirSync('scripts/faults')
      .map((name) => `scripts/faults/${name}`)
      .filter((file) => file.endsWith('.ts') && /: (?:readonly )?Fault\b.*=/.test(read(file)))
      .filter((file) => file !== 'scripts/faults/faults.ts')

    expect(files.length).toBeGreaterThan(15)
    expect(files.filter((file) => !modes.includes(`\`${file}\``))).toEqual([])
  })
})

describe('ARCHITECTURE.md', () => {
  const methods = [
    ...read('ARCHITECTURE.md').matchAll(/\b([A-Z]\w*[a-z]\w*)\.([a-z][A-Za-z]+)\(?/g),
  ]
    .map(([, owner, method]) => [owner!, method!] as const)
    .filter(([owner]) => !['README', 'ARCHITECTURE'].includes(owner))

  it.each(methods)('names %s.%s, which exists', (owner, method) => {
    const declares = new RegExp(
      `class ${owner}\\b[^]*^  (?:private )?\\*?(?:async )?${method}\\(`,
      'm',
    )

    expect(sourceFiles().some((file) => declares.test(read(file)))).toBe(true)
  })
})

describe('every folder of src', () => {
  const folders = readdirSync('src', { withFileTypes: true }).filter((one) => one.isDirectory())

  it.each(folders.map(({ name }) => name))('%s has a README and a row in the README', (name) => {
    expect(existsSync(`src/${name}/README.md`)).toBe(true)
    expect(read('README.md')).toContain(`[src/${name}/](src/${name})`)
  })
})

describe('every decision', () => {
  const records = readdirSync('docs/decisions').filter((name) => /^\d{4}-/.test(name))

  it.each(records)('%s is in the list of decisions', (name) => {
    expect(read('docs/decisions/README.md')).toContain(`(${name})`)
  })
})

function markdownIn(folder: string, { recursive }: { recursive: boolean }): string[] {
  return readdirSync(folder, { recursive, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name))
}

/** The source without the table of codes itself. */
function sourceFiles(): string[] {
  return readdirSync('src', { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && name !== 'runtime/errors.ts')
    .map((name) => join('src', name))
}

function commandNames(program: Command): string[] {
  return program.commands.map((command) => command.name())
}
