/**
 * One YAML file and the place of every value in it, so that an error names file, line, key and
 * value. The failsafe schema keeps every scalar as its source text.
 */
import { readFileSync, statSync } from 'node:fs'
import { relative, resolve } from 'node:path'
import { LineCounter, isMap, isScalar, isSeq, parseDocument } from 'yaml'
import type { Document } from 'yaml'
import type { z } from 'zod'
import { ErrorCode, ExchangeError } from '../errors.ts'

/** 5,000 instruments take about 0.7 MB. */
const CONFIG_FILE_BYTES_MAX = 16 * 1024 * 1024
const VALUE_SHOWN_MAX = 60

export type KeyPath = readonly PropertyKey[]

export class YamlFile {
  /** Absolute path. */
  readonly path: string
  /** How errors name it: relative to the working directory when it is below. */
  readonly name: string
  readonly #lines = new LineCounter()
  readonly #document: Document
  readonly #value: unknown

  /** @throws ExchangeError EXC_CONFIG_FILE when unreadable, EXC_CONFIG_VALUE when not YAML */
  constructor(path: string) {
    this.path = resolve(path)
    this.name = shortName(this.path)
    const source = readText(this.path, this.name)
    this.#document = parseDocument(source, { schema: 'failsafe', lineCounter: this.#lines })

    const problem = this.#document.errors[0] ?? this.#document.warnings[0]
    if (problem !== undefined) {
      const line = problem.linePos?.[0].line ?? 1
      throw valueError(`${this.name}:${line}: ${firstLine(problem.message)}`, problem)
    }
    this.#value = this.#toPlain()
  }

  /** Checks the whole file. @throws ExchangeError EXC_CONFIG_VALUE with the first thing wrong */
  parse<Schema extends z.ZodType>(schema: Schema, whenEmpty: unknown): z.output<Schema> {
    const result = schema.safeParse(this.#value ?? whenEmpty)
    if (result.success) return result.data

    const [issue, ...others] = result.error.issues
    const more = others.length === 0 ? '' : ` (and ${others.length} more)`
    const path =
      issue!.code === 'unrecognized_keys' ? [...issue!.path, issue!.keys[0]!] : issue!.path
    const what = issue!.code === 'unrecognized_keys' ? 'is not a key' : this.#found(path)
    throw this.error(path, `${what}; ${issue!.message}${more}`)
  }

  /** An error about the value at `path`; `message` goes on from the key's name. */
  error(path: KeyPath, message: string): ExchangeError {
    const key = printPath(path)
    const subject = key === '' ? '' : `${key} `
    return valueError(`${this.name}:${this.#lineOf(path)}: ${subject}${message}`)
  }

  #toPlain(): unknown {
    try {
      return this.#document.toJS()
    } catch (cause) {
      // An alias without anchor, or aliases that multiply beyond yaml's own limit.
      throw valueError(`${this.name}:1: ${firstLine((cause as Error).message)}`, cause)
    }
  }

  #found(path: KeyPath): string {
    let value = this.#value
    for (const key of path) value = (value as Record<PropertyKey, unknown> | undefined)?.[key]

    if (value === undefined) return 'is missing'
    if (value === '') return 'is empty'
    if (Array.isArray(value)) return 'is a list'
    return typeof value === 'string' ? `is ${printValue(path, value)}` : 'is a mapping'
  }

  #lineOf(path: KeyPath): number {
    let node: unknown = this.#document.contents
    let offset = 0
    for (const key of path) {
      if (isMap(node)) {
        const pair = node.items.find((item) => isScalar(item.key) && item.key.value === key)
        if (pair === undefined) break
        if (isScalar(pair.key)) offset = pair.key.range?.[0] ?? offset
        node = pair.value
      } else if (isSeq(node)) {
        node = node.items[Number(key)]
        offset = (node as { range?: [number] } | undefined)?.range?.[0] ?? offset
      }
    }
    return this.#lines.linePos(offset).line || 1
  }
}

/** `itch.lines[1].port` */
function printPath(path: KeyPath): string {
  return path
    .map((key, depth) =>
      typeof key === 'number' ? `[${key}]` : depth === 0 ? String(key) : `.${String(key)}`,
    )
    .join('')
}

/** The value as it may be shown: quoted when it needs to be, cut when long, hidden when secret. */
function printValue(path: KeyPath, value: string): string {
  if (/password|token/i.test(String(path.at(-1)))) return 'not as it should be (hidden)'

  const shown = value.replace(/:\/\/[^@\s]*@/, '://[hidden]@')
  const cut = shown.length > VALUE_SHOWN_MAX ? `${shown.slice(0, VALUE_SHOWN_MAX)}…` : shown
  return /^[\w.:/*+-]+$/.test(cut) ? cut : JSON.stringify(cut)
}

function shortName(path: string): string {
  const fromHere = relative(process.cwd(), path)
  return fromHere.startsWith('..') ? path : fromHere
}

function readText(path: string, name: string): string {
  try {
    const { size } = statSync(path)
    if (size <= CONFIG_FILE_BYTES_MAX) return readFileSync(path, 'utf8')
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'unreadable'
    const advice = 'give an existing file with --config or BUTTONWOOD_CONFIG'
    throw new ExchangeError(ErrorCode.ConfigFile, `${name}: cannot be read (${code}); ${advice}`, {
      cause,
    })
  }
  throw new ExchangeError(
    ErrorCode.ConfigFile,
    `${name}: larger than ${CONFIG_FILE_BYTES_MAX} bytes; split or shorten it`,
  )
}

const firstLine = (message: string): string => message.split('\n')[0]!.replace(/ at line .*$/, '')

function valueError(message: string, cause?: unknown): ExchangeError {
  return new ExchangeError(ErrorCode.ConfigValue, message, cause === undefined ? {} : { cause })
}
