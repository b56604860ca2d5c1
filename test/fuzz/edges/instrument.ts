/**
 * Puts a counter at the start of everything in a module that may run or not: blocks, functions,
 * cases, both sides of `?:`, the right side of `&&`, `||` and `??`. A fuzzer reads from the counters
 * which inputs went where nothing has been before.
 */
import { parseSync } from 'oxc-parser'

/** Counters of all modules together. */
export const COUNTERS_MAX = 2048

interface Node {
  readonly type: string
  readonly start: number
  readonly end: number
}
interface Insertion {
  readonly at: number
  readonly text: string
  readonly closes: boolean
}

const CHILDREN = new Map([
  ['IfStatement', ['consequent', 'alternate']],
  ['ForStatement', ['body']],
  ['ForOfStatement', ['body']],
  ['ForInStatement', ['body']],
  ['WhileStatement', ['body']],
  ['DoWhileStatement', ['body']],
  ['ConditionalExpression', ['consequent', 'alternate']],
  ['LogicalExpression', ['right']],
])

/** @returns the module's code with counters `first` to `next` - 1 in globalThis.fuzzCounters */
export function instrument(code: string, first: number): { code: string; next: number } {
  const { program, errors } = parseSync('module.js', code)
  if (errors.length > 0) throw new Error(`instrument: ${errors[0]!.message}`)

  let next = first
  const insertions: Insertion[] = []
  const hit = (): string => `fuzzCounters[${next++}]++`
  const count = (node: Node): void => {
    const isStatement = node.type.endsWith('Statement')
    if (node.type === 'BlockStatement') {
      insertions.push({ at: node.start + 1, text: `${hit()};`, closes: false })
      return
    }
    const open = isStatement ? `{${hit()};` : `(${hit()},`
    insertions.push({ at: node.start, text: open, closes: false })
    insertions.push({ at: node.end, text: isStatement ? '}' : ')', closes: true })
  }

  eachNode(program, (node, child) => {
    if (/Function/.test(node.type)) {
      const body = child('body')
      if (body?.type === 'BlockStatement') count(body)
    } else if (node.type === 'SwitchCase') {
      const statement = child('consequent')
      if (statement === undefined) return
      insertions.push({ at: statement.start, text: `${hit()};`, closes: false })
    } else {
      for (const name of CHILDREN.get(node.type) ?? []) {
        const branch = child(name)
        if (branch !== undefined) count(branch)
      }
    }
  })
  return { code: spliced(code, insertions), next }
}

function eachNode(
  value: unknown,
  visit: (node: Node, child: (name: string) => Node | undefined) => void,
): void {
  if (Array.isArray(value)) {
    for (const item of value) eachNode(item, visit)
  } else if (isNode(value)) {
    const children = value as Node & Record<string, unknown>
    visit(value, (name) => {
      const child = children[name]
      const first: unknown = Array.isArray(child) ? child[0] : child
      return isNode(first) ? first : undefined
    })
    for (const child of Object.values(children)) eachNode(child, visit)
  }
}

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && 'type' in value && 'start' in value

/** Where insertions meet, the inner ones close first. Outer ones were noted before inner ones. */
function spliced(code: string, insertions: readonly Insertion[]): string {
  const openings = insertions.filter(({ closes }) => !closes)
  const closings = insertions.filter(({ closes }) => closes).toReversed()
  let result = ''
  let from = 0
  for (const { at, text } of [...closings, ...openings].toSorted((a, b) => a.at - b.at)) {
    result += code.slice(from, at) + text
    from = at
  }
  return result + code.slice(from)
}
