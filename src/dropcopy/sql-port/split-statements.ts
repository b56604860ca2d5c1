/**
 * The statements of a query string, and the words of each. It decides what is passed on and what the
 * port does itself; a statement that is passed on is parsed again by the database, which takes
 * one at a time, so that a string that is cut at a wrong place is an error there and nothing worse.
 */

export interface Statement {
  readonly sql: string
  /** Unquoted words in lower case, and `(`; from the beginning, WORDS_MAX at most. */
  readonly words: readonly string[]
}

/** More than any statement needs that the port does itself. */
const WORDS_MAX = 16

const WHITE = /[ \t\r\n\f\v]+/y
const LINE_COMMENT = /--[^\r\n]*/y
const WORD = /[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*/y
const QUOTED_NAME = /"(?:[^"]|"")*"?/y
const STRING = /'(?:[^']|'')*'?/y
const ESCAPE_STRING = /[eE]'(?:[^'\\]|\\[^]|'')*'?/y
const DOLLAR_TAG = /\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$/y
const NUMBER = /\d[\w.]*/y

export function splitStatements(sql: string): Statement[] {
  const statements: Statement[] = []
  let start = 0
  let words: string[] = []
  const end = (at: number): void => {
    const text = sql.slice(start, at)
    if (words.length > 0) statements.push({ sql: text, words })
    words = []
  }

  for (let at = 0; at < sql.length;) {
    const token = tokenAt(sql, at)
    if (token.text === ';') {
      end(at)
      start = at + 1
    } else if (token.isWord && words.length < WORDS_MAX) words.push(token.text)
    at = token.end
  }
  end(sql.length)
  return statements
}

interface Token {
  readonly text: string
  readonly end: number
  /** Or anything else that makes a statement: only white space and comments do not. */
  readonly isWord: boolean
}

function tokenAt(sql: string, at: number): Token {
  const skipped = match(WHITE, sql, at) || match(LINE_COMMENT, sql, at) || blockComment(sql, at)
  if (skipped !== '') return { text: '', end: at + skipped.length, isWord: false }

  const quoted =
    match(ESCAPE_STRING, sql, at) ||
    match(STRING, sql, at) ||
    match(QUOTED_NAME, sql, at) ||
    dollarString(sql, at)
  if (quoted !== '') return { text: quoted, end: at + quoted.length, isWord: true }

  const word = match(WORD, sql, at) || match(NUMBER, sql, at) || sql[at]!
  return { text: word.toLowerCase(), end: at + word.length, isWord: word !== ';' }
}

function match(pattern: RegExp, sql: string, at: number): string {
  pattern.lastIndex = at
  return pattern.exec(sql)?.[0] ?? ''
}

/** They nest. */
function blockComment(sql: string, at: number): string {
  if (!sql.startsWith('/*', at)) return ''
  let depth = 0
  for (let end = at; end < sql.length;) {
    if (sql.startsWith('/*', end)) depth++
    else if (sql.startsWith('*/', end)) depth--
    else {
      end++
      continue
    }
    end += 2
    if (depth === 0) return sql.slice(at, end)
  }
  return sql.slice(at)
}

function dollarString(sql: string, at: number): string {
  const tag = match(DOLLAR_TAG, sql, at)
  if (tag === '') return ''
  const close = sql.indexOf(tag, at + tag.length)
  return close < 0 ? sql.slice(at) : sql.slice(at, close + tag.length)
}
