/**
 * What the engine's tables of the day held when they were last compared, so that the whole of them
 * can be held against it after every command: a row that nobody had a reason to touch must be the
 * same bytes. Copying and comparing bytes is a thousand times cheaper than comparing fields.
 */
import type { EngineState } from '../../src/engine/index.ts'
import { CONDITION_COLUMNS } from '../../src/engine/conditions-table.ts'
import { ROW_BYTES } from '../../src/engine/order-rows.ts'

type Column = Float64Array | Uint32Array | Int32Array | Uint16Array | Uint8Array

interface Known {
  readonly name: string
  /** Values of one row. */
  readonly width: number
  readonly of: (state: EngineState) => Column
  bytes: Buffer
}

const WORDS_OF_AN_ID = 5

export class KnownRows {
  private readonly orders: Known[] = [
    aColumn('fields of an order', (state) => state.orders.bytes, ROW_BYTES),
    aColumn('slot of an order', (state) => state.orders.slot),
  ]
  private readonly conditions: Known[] = CONDITION_COLUMNS.map((column) =>
    aColumn(column, (state) => state.orders.conditions[column]),
  )
  private readonly ids: Known[] = [
    aColumn('bytes of an id', (state) => state.ids.words, WORDS_OF_AN_ID),
    aColumn('order of an id', (state) => state.ids.order),
    aColumn('session of an id', (state) => state.ids.session),
  ]

  /** Rows of orders that were compared field by field just now. */
  noteOrders(state: EngineState, rows: Iterable<number>): void {
    for (const row of rows) {
      for (const known of this.orders) note(known, state, row)
      const condition = state.orders.condition(row)
      for (const known of this.conditions) note(known, state, condition)
    }
  }

  /** The same for ids. */
  noteIds(state: EngineState, first: number, last: number): void {
    for (let row = first; row <= last; row++) for (const known of this.ids) note(known, state, row)
  }

  /** @throws Error naming the column that changed in a row that was not noted */
  compare(state: EngineState): void {
    for (const known of this.orders) compare(known, state, state.orders.count)
    const conditions = state.orders.conditions.count
    for (const known of this.conditions) compare(known, state, conditions)
    for (const known of this.ids) compare(known, state, state.ids.count)
  }
}

const aColumn = (name: string, of: Known['of'], width = 1): Known => ({
  name,
  of,
  width,
  bytes: Buffer.alloc(0),
})

const bytesOf = ({ buffer, byteOffset, byteLength }: Column): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength)

function note(known: Known, state: EngineState, row: number): void {
  const column = known.of(state)
  if (known.bytes.length < column.byteLength) {
    known.bytes = Buffer.concat([known.bytes, Buffer.alloc(column.byteLength - known.bytes.length)])
  }
  const size = known.width * column.BYTES_PER_ELEMENT
  bytesOf(column).copy(known.bytes, row * size, row * size, (row + 1) * size)
}

function compare({ name, width, of, bytes }: Known, state: EngineState, lastRow: number): void {
  const column = of(state)
  const size = width * column.BYTES_PER_ELEMENT
  const [start, end] = [size, (lastRow + 1) * size]
  if (lastRow === 0 || bytesOf(column).compare(bytes, start, end, start, end) === 0) return
  throw new Error(`${name} changed in a row that the command is not about`)
}
