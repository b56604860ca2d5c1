/**
 * Lines of text with styles that are exactly as wide as a terminal: clipped and filled by what is
 * seen, whatever escape codes the colours need. Only characters of one column may be used.
 */

// prettier-ignore
const codes = {
  plain:  '',
  strong: '1',
  dim:    '2',
  buy:    '32',
  sell:   '31',
  accent: '33',
  bright: '1;33',
  good:   '32',
  bad:    '1;31',
  title:  '7',
} as const

export type Style = keyof typeof codes
export type Span = readonly [text: string, style?: Style]

export interface LineOptions {
  readonly columns: number
  /** Use ANSI colours. */
  readonly color: boolean
  /** Style of the rest of the line; without it the line ends behind its text. */
  readonly fill?: Style
}

export function printSpans(spans: readonly Span[], { columns, color, fill }: LineOptions): string {
  let room = columns
  let line = ''
  for (const [text, style = 'plain'] of spans) {
    const seen = text.slice(0, room)
    room -= seen.length
    line += paint(seen, style, color)
  }
  return fill === undefined ? line : line + paint(' '.repeat(room), fill, color)
}

/** Columns that the text takes. */
export const widthOf = (spans: readonly Span[]): number =>
  spans.reduce((width, [text]) => width + text.length, 0)

/** Fills up with blanks to a width, or cuts. */
export function fit(spans: readonly Span[], columns: number): Span[] {
  const fitted: Span[] = []
  let room = columns
  for (const [text, style = 'plain'] of spans) {
    fitted.push([text.slice(0, room), style])
    room -= Math.min(room, text.length)
  }
  return [...fitted, [' '.repeat(room)]]
}

function paint(text: string, style: Style, color: boolean): string {
  if (!color || text === '' || codes[style] === '') return text
  return `\x1b[${codes[style]}m${text}\x1b[0m`
}
