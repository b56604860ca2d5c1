/** The bodies of what operations does to the list of instruments. */
import { z } from 'zod'
import { SPLIT_PART_MAX } from '../engine/index.ts'
import { instrumentChanges, instrumentTerms } from '../runtime/index.ts'
import type { ReferenceAction } from '../wire/index.ts'
import { asInFile } from './file-values.ts'
import { why, withoutSpace } from './texts.ts'

const symbol = withoutSpace(8).describe('Symbol(55).')
const part = (what: string) =>
  z
    .int(`use 1 to ${SPLIT_PART_MAX}`)
    .min(1, `use 1 to ${SPLIT_PART_MAX}`)
    .max(SPLIT_PART_MAX, `use 1 to ${SPLIT_PART_MAX}`)
    .describe(what)

export const REFERENCE_BODIES = {
  'add-instrument': z.strictObject({
    why,
    symbol,
    terms: asInFile(instrumentTerms).describe('By the keys of instruments.yaml.'),
  }),
  'change-instrument': z.strictObject({
    why,
    symbol,
    terms: asInFile(instrumentChanges)
      .refine((terms) => Object.keys(terms).length > 0, 'name at least one key')
      .describe('By the keys of instruments.yaml; what is not named stays.'),
  }),
  'delist-instrument': z.strictObject({ why, symbol }),
  split: z.strictObject({
    why,
    symbol,
    into: part('New shares for `from` old ones.'),
    from: part('Old shares.'),
  }),
} satisfies Record<ReferenceAction['action'], z.ZodType>
