/**
 * Values of a body that stand in a configuration file too: the file's own schema checks them, with its
 * messages. That reads every value as its source text, so that no decimal passes through a float; JSON's
 * numbers and booleans are taken as they are written.
 */
import { z } from 'zod'

export const asInFile = <Schema extends z.ZodType>(schema: Schema) =>
  z.preprocess(sourceText, schema)

function sourceText(given: unknown): unknown {
  if (typeof given === 'number' || typeof given === 'boolean') return String(given)
  if (Array.isArray(given)) return given.map(sourceText)
  if (typeof given !== 'object' || given === null) return given
  return Object.fromEntries(Object.entries(given).map(([key, value]) => [key, sourceText(value)]))
}
