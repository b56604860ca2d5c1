/** Query strings cut into statements, and what becomes of each. */
import { describe, expect, it } from 'vitest'
import { classify } from '../../../src/dropcopy/sql-port/classify-statement.ts'
import { Refusal } from '../../../src/dropcopy/sql-port/protocol.ts'
import { splitStatements } from '../../../src/dropcopy/sql-port/split-statements.ts'

const texts = (sql: string) => splitStatements(sql).map((statement) => statement.sql.trim())

describe('a query string', () => {
  it.each([
    ['', []],
    [' ; ;\n-- nothing\n/* ; /* ; */ ; */', []],
    ['select 1', ['select 1']],
    ['select 1; select 2;', ['select 1', 'select 2']],
    [`select ';', "a;b", 'it''s; '`, [`select ';', "a;b", 'it''s; '`]],
    [`select E'\\';', 1; select 2`, [`select E'\\';', 1`, 'select 2']],
    ['select $$;$$, $a$;$$;$a$; select 2', ['select $$;$$, $a$;$$;$a$', 'select 2']],
    ['select $1; select 2', ['select $1', 'select 2']],
    ['-- ; insert\nselect 1 -- ;\n; select 2', ['-- ; insert\nselect 1 -- ;', 'select 2']],
    [`select 'open; end`, [`select 'open; end`]],
  ])('%j', (sql, statements) => {
    expect(texts(sql)).toEqual(statements)
  })
})

const task = (sql: string) => {
  try {
    return classify(splitStatements(sql)[0]!)
  } catch (error) {
    return (error as Refusal).state
  }
}

describe('a statement', () => {
  it.each([
    '/* why */ SELECT 1',
    '(select 1) union select 2',
    'with a as (select 1) table a',
    'values (1)',
    'EXPLAIN analyze select 1',
    'show timezone',
  ])('%s is read', (sql) => {
    expect(task(sql)).toEqual({ do: 'read' })
  })

  it.each([
    ['BEGIN', { do: 'transaction', change: 'begin', tag: 'BEGIN' }],
    [
      'start transaction read only',
      { do: 'transaction', change: 'begin', tag: 'START TRANSACTION' },
    ],
    ['end', { do: 'transaction', change: 'end', tag: 'COMMIT' }],
    ['rollback', { do: 'transaction', change: 'rollback', tag: 'ROLLBACK' }],
    ['rollback to savepoint a', { do: 'transaction', change: 'go-on', tag: 'ROLLBACK' }],
    ['savepoint a', { do: 'nothing', tag: 'SAVEPOINT' }],
    ['SET TIME ZONE UTC', { do: 'set', name: 'timezone' }],
    ['set session "search_path" to a', { do: 'set', name: 'search_path' }],
    ["set names 'utf8'", { do: 'set', name: 'client_encoding' }],
    ['reset all', { do: 'reset', name: 'all' }],
    ['discard all', { do: 'forget', what: 'all', tag: 'DISCARD ALL' }],
    ['set transaction isolation level read committed', { do: 'nothing', tag: 'SET' }],
  ])('%s is of the client’s own session', (sql, expected) => {
    expect(task(sql)).toEqual(expected)
  })

  it.each([
    ['insert into a values (1)', '25006'],
    ['do $$ begin end $$', '25006'],
    ['call f()', '25006'],
    ['execute x', '25006'],
    ['lock a', '25006'],
    ['$$x$$', '25006'],
    ['set role postgres', '25006'],
    ['set session authorization postgres', '25006'],
    ['set default_transaction_read_only = off', '25006'],
    ['begin read write', '25006'],
    ['begin isolation level repeatable read', '0A000'],
    ['copy a from stdin', '0A000'],
  ])('%s is refused', (sql, state) => {
    expect(task(sql)).toBe(state)
  })
})
