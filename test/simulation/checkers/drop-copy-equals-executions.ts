/**
 * I7: every ExecID(17) exactly once, in the drop copy's rows and with its client, and both say the
 * same of it.
 */
import type { FixMessage } from '../../../src/fix/index.ts'
import type { ExecutionRow } from '../../../src/dropcopy/tables.ts'
import type { Checker } from '../checker.ts'
import type { Client } from '../client.ts'
import { Violation } from '../violation.ts'
import type { World } from '../world.ts'

const NAME = 'drop-copy-equals-executions'

/** What a report says, and what its row says, made comparable. */
const COLUMNS: readonly (readonly [
  tag: number,
  of: (row: ExecutionRow) => string | number | null,
])[] = [
  [34, (row) => row.msg_seq_num],
  [56, (row) => row.session],
  [37, (row) => row.order_id ?? 'NONE'],
  [11, (row) => row.cl_ord_id],
  [41, (row) => row.orig_cl_ord_id],
  [150, (row) => row.exec_type],
  [39, (row) => row.ord_status],
  [55, (row) => row.symbol],
  [54, (row) => row.side],
  [38, (row) => row.order_qty],
  [44, (row) => row.price],
  [32, (row) => row.last_qty],
  [31, (row) => row.last_px],
  [151, (row) => row.leaves_qty],
  [14, (row) => row.cum_qty],
  [6, (row) => row.avg_px],
  [527, (row) => row.match_number],
  [19, (row) => row.exec_ref_id],
  [103, (row) => row.ord_rej_reason],
  [378, (row) => row.exec_restatement_reason],
  [58, (row) => row.text],
]

export function dropCopyEqualsExecutions(world: World): Checker {
  const seen = new Map<Client, Set<number>>(world.clients.map((client) => [client, new Set()]))

  function delivered(client: Client, message: FixMessage): void {
    const execId = message.msgType === '8' ? message.int(17)! : 0
    if (execId === 0) return

    const had = seen.get(client)!
    if (had.has(execId)) throw new Violation(NAME, `${client.compId} got ExecID ${execId} twice`)
    had.add(execId)
    world.catchUp()
    const row = world.history.executions.get(execId)
    if (row === undefined) throw new Violation(NAME, `no row for ${String(message)}`)
    compare(message, row)
  }

  return {
    delivered,
    whenQuiet() {
      for (const client of world.clients) {
        // What it had not heard when it started its numbers again cannot be asked for.
        if (client.resetsNumbers) continue
        const had = seen.get(client)!
        for (const { session, exec_id } of world.history.executions.values()) {
          if (session !== client.compId || had.has(exec_id)) continue
          throw new Violation(NAME, `${client.compId} never got ExecID ${exec_id}`)
        }
      }
    },
  }
}

function compare(message: FixMessage, row: ExecutionRow): void {
  for (const [tag, of] of COLUMNS) {
    const said = message.string(tag) ?? null
    const kept = of(row)
    if (isSame(said, kept)) continue
    const what = `${tag}=${said} with its client, ${kept} in the drop copy`
    throw new Violation(NAME, `ExecID ${row.exec_id}: ${what}: ${String(message)}`)
  }
}

/** Decimals are compared as numbers: 182.5 and 182.5000 are the same price. */
function isSame(said: string | null, kept: string | number | null): boolean {
  if (said === null || kept === null) return said === kept
  return said === String(kept) || (said !== '' && Number(said) === Number(kept))
}
