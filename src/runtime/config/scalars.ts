/**
 * The kinds of value that a configuration file may hold. Every YAML scalar arrives as its source
 * text, so a decimal is read digit by digit and never passes through a float. Each kind says in
 * its error what is allowed: "use 5 to 60 seconds".
 */
import { z } from 'zod'
import { formatDecimal, parseDecimal } from '../../domain/index.ts'
import { nearest } from './nearest.ts'

const encoder = new TextEncoder()

/** Text that matches `pattern`; `allowed` says in words what does. */
export function text(pattern: RegExp, allowed: string) {
  return parsed(allowed, (given) => (pattern.test(given) ? given : undefined))
}

/** Text that `accepts` approves of. */
export function textThat(accepts: (given: string) => boolean, allowed: string) {
  return parsed(allowed, (given) => (accepts(given) ? given : undefined))
}

/** Decimal digits only: no sign, exponent or leading zero. */
export function integer({ min, max, unit = '' }: { min: number; max: number; unit?: string }) {
  return parsed(`${min} to ${max}${unit && ` ${unit}`}`, (given) => {
    if (!/^(0|[1-9]\d{0,15})$/.test(given)) return undefined
    const value = Number(given)
    return value >= min && value <= max ? value : undefined
  })
}

/** A decimal as an integer in 1/10^decimals. `min` and `max` are such integers too. */
export function decimal({ min, max, decimals }: { min: number; max: number; decimals: number }) {
  const range = `${formatDecimal(min, decimals)} to ${formatDecimal(max, decimals)}`
  return parsed(`a decimal from ${range} with at most ${decimals} places`, (given) => {
    const bytes = encoder.encode(given)
    const value = parseDecimal(bytes, 0, bytes.length, decimals, max)
    return value >= min ? value : undefined
  })
}

/** One word of a list. */
export function oneOf<const Word extends string>(...words: Word[]) {
  return parsed(words.join(', '), (given) => words.find((word) => word === given))
}

/** `true` or `false`. */
export const flag = () =>
  parsed('true or false', (given) =>
    given === 'true' || given === 'false' ? given === 'true' : undefined,
  )

/**
 * A mapping with these keys and no others; an unknown key is answered with the nearest known one.
 * @param otherwise the word that may stand instead
 */
export function section<Shape extends z.ZodRawShape>(shape: Shape, otherwise?: string) {
  const keys = Object.keys(shape)
  return z.strictObject(shape, {
    error: (issue) => {
      if (issue.code !== 'unrecognized_keys')
        return `use ${otherwise === undefined ? '' : `${otherwise}, or `}a mapping with the keys ${keys.join(', ')}`
      return unknownKeyAdvice(String(issue.keys?.[0]), keys)
    },
  })
}

/** A list of 0 or more values of one kind; `what` is their name in errors. */
export function list<Item extends z.ZodType>(
  item: Item,
  { what, max }: { what: string; max: number },
) {
  return z
    .array(item, { error: `use a list of ${what}` })
    .max(max, { error: `use at most ${max} ${what}` })
}

function parsed<Value>(allowed: string, read: (given: string) => Value | undefined) {
  const error = `use ${allowed}`
  return z.string({ error }).transform((given, context): Value => {
    const value = read(given)
    if (value !== undefined) return value

    context.addIssue({ code: 'custom', message: error })
    return z.NEVER
  })
}

function unknownKeyAdvice(key: string, keys: readonly string[]): string {
  const near = nearest(key, keys)
  const known = `the keys here are ${keys.join(', ')}`
  return near === undefined ? known : `did you mean ${near}? ${known}`
}
