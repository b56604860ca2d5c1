/**
 * Rows as CSV and back, without loss, in PostgreSQL's own convention: nothing is null, and `""` is a
 * text without characters.
 */
import type { Cell, Row } from '../queries.ts'

/** @returns a line with its end */
export const csvLine = (row: Row, columns: readonly string[]): string =>
  `${columns.map((name) => csvCell(row[name] ?? null)).join(',')}\n`

function csvCell(value: Cell): string {
  if (value === null) return ''
  const text = String(value)
  const isPlain = text !== '' && !/[",\r\n]/.test(text)
  return isPlain ? text : `"${text.replaceAll('"', '""')}"`
}

type CsvCell = string | null

/** Reads cells out of text that comes in pieces of any size. */
export class CsvReader {
  private cells: CsvCell[] = []
  private text = ''
  /** Of the cell that is read. */
  private place: 'start' | 'plain' | 'quoted' | 'behind-quote' = 'start'

  /** @returns the records that the piece completes. @throws Error for what `csvLine` never wrote */
  push(piece: string): CsvCell[][] {
    const records: CsvCell[][] = []
    for (const character of piece) {
      if (this.place === 'quoted') {
        if (character === '"') this.place = 'behind-quote'
        else this.text += character
      } else if (character === '"') this.quote()
      else if (character === ',') this.endCell()
      else if (character === '\n') {
        this.endCell()
        records.push(this.cells)
        this.cells = []
      } else this.add(character)
    }
    return records
  }

  /** @throws Error when the last record is not whole */
  end(): void {
    if (this.cells.length > 0 || this.place !== 'start') throw new Error('the last line is cut off')
  }

  private quote(): void {
    if (this.place === 'plain') throw new Error('a quote inside of a cell')
    if (this.place === 'behind-quote') this.text += '"'
    this.place = 'quoted'
  }

  private add(character: string): void {
    if (this.place === 'behind-quote') throw new Error('text behind a quoted cell')
    this.place = 'plain'
    this.text += character
  }

  private endCell(): void {
    this.cells.push(this.place === 'start' ? null : this.text)
    this.text = ''
    this.place = 'start'
  }
}
