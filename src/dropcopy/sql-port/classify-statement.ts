/**
 * What becomes of a statement: those that read are passed on; those about the client's own session are
 * done by the port, because the database has one session, which is the reader's; all others
 * are refused.
 */
import { Refusal, SqlState } from './protocol.ts'
import type { Statement } from './split-statements.ts'

export type Task =
  | { readonly do: 'read' }
  /** Answered with this tag; the transaction is then in this status. */
  | { readonly do: 'transaction'; readonly change: TransactionChange; readonly tag: string }
  | { readonly do: 'set'; readonly name: string }
  /** `all` is the name of all. */
  | { readonly do: 'reset'; readonly name: string }
  /** Forgets prepared statements, and the settings too if `all`. */
  | { readonly do: 'forget'; readonly what: 'statements' | 'all'; readonly tag: string }
  /** Changes nothing here. */
  | { readonly do: 'nothing'; readonly tag: string }

export type TransactionChange = 'begin' | 'end' | 'rollback' | 'go-on'

const READS = new Set(['select', 'with', 'table', 'values', 'show', 'explain', '('])

/** Settings that change how an answer looks, or nothing at all. */
const SETTINGS = new Set([
  'application_name',
  'bytea_output',
  'client_encoding',
  'client_min_messages',
  'datestyle',
  'extra_float_digits',
  'idle_in_transaction_session_timeout',
  'intervalstyle',
  'lock_timeout',
  'search_path',
  'statement_timeout',
  'timezone',
])

/** @throws Refusal for everything that is not for a port that only reads */
export function classify({ words }: Statement): Task {
  const [first = '', ...others] = words
  if (READS.has(first)) return { do: 'read' }

  switch (first) {
    case 'begin':
      return begin('BEGIN', others)
    case 'start':
      return begin('START TRANSACTION', others)
    case 'commit':
    case 'end':
      return { do: 'transaction', change: 'end', tag: 'COMMIT' }
    case 'abort':
      return { do: 'transaction', change: 'rollback', tag: 'ROLLBACK' }
    case 'rollback':
      return {
        do: 'transaction',
        change: others.includes('to') ? 'go-on' : 'rollback',
        tag: 'ROLLBACK',
      }
    case 'savepoint':
    case 'release':
      return { do: 'nothing', tag: first.toUpperCase() }
    case 'set':
      return set(others)
    case 'reset':
      return { do: 'reset', name: settingOf(others) }
    case 'deallocate':
      return { do: 'forget', what: 'statements', tag: 'DEALLOCATE ALL' }
    case 'discard':
      return { do: 'forget', what: 'all', tag: 'DISCARD ALL' }
    case 'copy':
      throw new Refusal(
        SqlState.FeatureNotSupported,
        'COPY is not available here',
        'Use psql --csv.',
      )
    default:
      throw new Refusal(
        SqlState.ReadOnly,
        `cannot execute ${first.toUpperCase()}: this port only reads the drop copy`,
      )
  }
}

function begin(tag: string, options: readonly string[]): Task {
  checkTransactionMode(options)
  return { do: 'transaction', change: 'begin', tag }
}

function set(words: readonly string[]): Task {
  if (words.includes('transaction')) {
    checkTransactionMode(words)
    return { do: 'nothing', tag: 'SET' }
  }
  const name = settingOf(words)
  if (SETTINGS.has(name)) return { do: 'set', name }
  throw new Refusal(SqlState.ReadOnly, `cannot set ${name}: this port only reads the drop copy`)
}

/** READ COMMITTED and READ ONLY: each statement sees what is committed when it runs. */
function checkTransactionMode(words: readonly string[]): void {
  if (words.includes('write')) {
    throw new Refusal(SqlState.ReadOnly, 'transactions are READ ONLY here')
  }
  if (!words.includes('repeatable') && !words.includes('serializable')) return
  throw new Refusal(
    SqlState.FeatureNotSupported,
    'transactions are READ COMMITTED here: each statement sees what is committed when it runs',
    'What must be of one instant belongs into one statement.',
  )
}

/** `[SESSION|LOCAL] name …`, `TIME ZONE …`, `NAMES …` */
function settingOf(words: readonly string[]): string {
  const [name = '', next] = words[0] === 'session' || words[0] === 'local' ? words.slice(1) : words
  if (name === 'time' && next === 'zone') return 'timezone'
  if (name === 'names') return 'client_encoding'
  return name.replaceAll('"', '').toLowerCase()
}
