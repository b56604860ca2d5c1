import { describe, expect, it } from 'vitest'
import { createLogger, logLevelOf, silentLogger } from '../../src/runtime/index.ts'
import type { Logger, LogLevel } from '../../src/runtime/index.ts'

/** The lines that a logger writes while `use` has it. */
function linesOf(use: (logger: Logger) => void, level: LogLevel = 'info'): string[] {
  const lines: string[] = []
  use(createLogger(level, { write: (line: string) => void lines.push(line) }))
  return lines
}

describe('the log', () => {
  it('has one JSON object a line with time, level, fields and message', () => {
    const [line] = linesOf((logger) => logger.info({ port: 9880 }, 'ready'))

    expect(JSON.parse(line!)).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      port: 9880,
      msg: 'ready',
    })
  })

  it('gives the fields of a child to each of its lines', () => {
    const [line] = linesOf((logger) => logger.child({ session: 'ACME' }).warn({}, 'late'))

    expect(JSON.parse(line!)).toMatchObject({ session: 'ACME', level: 'warn', msg: 'late' })
  })

  it('says nothing below its level', () => {
    expect(linesOf((logger) => logger.info({}, 'x'), 'error')).toEqual([])
  })

  it.each([
    ['a property', { password: 'canary' }],
    ['a property one deeper', { session: { password: 'canary' } }],
    ['FIX tags as properties', { 554: 'canary', 925: 'canary', 96: 'canary' }],
    ['a FIX message', { frame: '8=FIX.4.4\u0001553=ACME\u0001554=canary\u000110=000\u0001' }],
    ['a FIX message printed with bars', { frame: '35=A|554=canary|925=canary|96=canary' }],
    ['a FIX message that starts with the field', { frame: '554=canary' }],
  ])('hides passwords in %s', (_, fields) => {
    const lines = linesOf((logger) => logger.info(fields, 'logon'))

    expect(lines.join('')).not.toContain('canary')
    expect(lines.join('')).toContain('[hidden]')
  })

  it('hides passwords in the message text', () => {
    const lines = linesOf((logger) => logger.info({}, 'refused 35=A|554=canary|108=30'))

    expect(lines.join('')).toContain('35=A|554=[hidden]|108=30')
  })

  it('takes its level from LOG_LEVEL and refuses others', () => {
    expect(logLevelOf({})).toBe('info')
    expect(logLevelOf({ LOG_LEVEL: 'debug' })).toBe('debug')
    expect(() => logLevelOf({ LOG_LEVEL: 'loud' })).toThrow(
      'LOG_LEVEL is "loud"; use trace, debug, info, warn, error, fatal, silent',
    )
  })

  it('can be silent', () => {
    expect(silentLogger.child({ a: 1 })).toBe(silentLogger)
  })
})
