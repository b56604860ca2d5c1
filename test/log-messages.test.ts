/**
 * docs/operations/log-messages.md says of each line of the log that calls for a person what it means and what
 * to do: what the sources can write at warn, error or fatal, and what the document has, are the same.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { CallExpression, Expression } from 'oxc-parser'
import { parseSync, Visitor } from 'oxc-parser'
import { expect, it } from 'vitest'

const LEVELS = ['warn', 'error', 'fatal']
const DOCUMENT = readFileSync('docs/operations/log-messages.md', 'utf8')

const rows = DOCUMENT.split('\n')
  .filter((line) => /^\| (?:warn|error|fatal) /.test(line))
  .map((line) =>
    line
      .slice(2, -2)
      .split(' | ')
      .map((cell) => cell.trim()),
  )

it('has a row for each message that the sources can write, with its level, and no other', () => {
  const documented = rows.map(([level, message]) => `${level} ${message?.replaceAll('`', '')}`)
  const written = sourceFiles().flatMap(messagesOf)

  expect(documented.toSorted()).toEqual([...new Set(written)].toSorted())
})

it('says of each what it means and what to do', () => {
  expect(rows.filter((cells) => cells.length !== 4 || cells.includes(''))).toEqual([])
})

const sourceFiles = (): string[] =>
  readdirSync('src', { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join('src', name))

/** `warn MESSAGE`; what a message is put together of stands for itself as `…`. */
function messagesOf(file: string): string[] {
  const found: string[] = []
  const source = readFileSync(file, 'utf8')
  new Visitor({
    CallExpression(call) {
      const level = levelOf(call)
      if (level !== undefined) found.push(`${level} ${textOf(call.arguments[1], file)}`)
    },
  }).visit(parseSync(file, source).program)
  return found
}

/** Of `logger.warn(…)`, `this.options.logger.error(…)` and the like; undefined of any other call. */
function levelOf({ callee }: CallExpression): string | undefined {
  if (callee.type !== 'MemberExpression' || callee.property.type !== 'Identifier') return undefined
  const { object, property } = callee
  return nameOf(object) === 'logger' && LEVELS.includes(property.name) ? property.name : undefined
}

function nameOf(expression: Expression): string | undefined {
  if (expression.type === 'Identifier') return expression.name
  if (expression.type !== 'MemberExpression') return undefined
  return expression.property.type === 'Identifier' ? expression.property.name : undefined
}

function textOf(message: CallExpression['arguments'][number] | undefined, file: string): string {
  if (message?.type === 'Literal' && typeof message.value === 'string') return message.value
  if (message?.type === 'TemplateLiteral') {
    return message.quasis.map(({ value }) => value.cooked).join('…')
  }
  throw new Error(`${file}: write the message of a log line where it is logged`)
}
