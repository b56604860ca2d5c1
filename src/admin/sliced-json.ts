/** An object whose values may be long lists as JSON, printed a slice at a time. */

const ROWS_PER_SLICE = 256

/** @param rest lets others have their turn of the event loop */
export async function printInSlices(value: object, rest: () => Promise<void>): Promise<string> {
  const parts: string[] = []
  for (const [key, field] of Object.entries(value) as [string, unknown][]) {
    if (field === undefined) continue
    const text = isRows(field) ? `[${await printRows(field, rest)}]` : JSON.stringify(field)
    parts.push(`${JSON.stringify(key)}:${text}`)
  }
  return `{${parts.join(',')}}`
}

async function printRows(rows: Iterable<unknown>, rest: () => Promise<void>): Promise<string> {
  const texts: string[] = []
  for (const row of rows) {
    texts.push(JSON.stringify(row))
    if (texts.length % ROWS_PER_SLICE === 0) await rest()
  }
  return texts.join(',')
}

const isRows = (field: unknown): field is Iterable<unknown> =>
  typeof field === 'object' && field !== null && Symbol.iterator in field
