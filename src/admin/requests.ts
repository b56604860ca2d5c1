/** What may be asked of the admin API: the schemas that check it are those that its OpenAPI document shows. */
import { z } from 'zod'
import {
  HALT_POLICIES,
  parseDecimal,
  PRICE_DECIMALS,
  PRICE_MAX,
  QUANTITY_MAX,
} from '../domain/index.ts'
import { limitChanges } from '../runtime/index.ts'
import type { OperatorAction } from '../wire/index.ts'
import { asInFile } from './file-values.ts'
import { REFERENCE_BODIES } from './reference-bodies.ts'
import { printable, why, withoutSpace } from './texts.ts'

const HEADLINE_CHARACTERS_MAX = 200
const NAME_CHARACTERS_MAX = 32
const REASON_CHARACTERS_MAX = 64
const CONFIRMATION_CHARACTERS_MAX = 64

const symbol = withoutSpace(8).describe('Symbol(55), or * for every listed instrument.')
const session = withoutSpace(NAME_CHARACTERS_MAX).describe('SenderCompID(49) of the counterparty.')
const name = withoutSpace(NAME_CHARACTERS_MAX)

const scopes = {
  venue: { kind: z.literal('venue') },
  firm: { kind: z.literal('firm'), name },
  session: { kind: z.literal('session'), name },
  account: { kind: z.literal('account'), firm: name, name },
}

/** A decimal as an integer in 1/10,000. */
function priceOf(text: string, context: z.RefinementCtx): number {
  const bytes = new TextEncoder().encode(text)
  const price = parseDecimal(bytes, 0, bytes.length, PRICE_DECIMALS, PRICE_MAX)
  if (price > 0) return price
  context.addIssue('use a price above 0 with at most 4 decimals, as "182.50"')
  return z.NEVER
}

/** The four kinds of scope, each with `more`. */
const ofScope = <More extends z.ZodRawShape>(more: More) =>
  z.discriminatedUnion(
    'kind',
    [
      z.strictObject({ ...scopes.venue, ...more }),
      z.strictObject({ ...scopes.firm, ...more }),
      z.strictObject({ ...scopes.session, ...more }),
      z.strictObject({ ...scopes.account, ...more }),
    ],
    {
      error: (issue) =>
        issue.code === 'invalid_union' ? 'use venue, firm, session or account' : undefined,
    },
  )

const dryRun = z
  .boolean()
  .default(false)
  .describe('True: only the number of orders that it would cancel is told.')

const ofTrade = {
  why,
  matchNumber: z.int().min(1).describe('SecondaryExecID(527), and the match number of the feed.'),
  reason: printable(REASON_CHARACTERS_MAX).describe('Text(58), for both sides.'),
  restore: z
    .enum(['none', 'buy', 'sell'])
    .default('none')
    .describe('Which order comes back with what it loses, if it was filled and may wait.'),
}

/** Whose orders can be killed: those of an instrument, too. */
const ofKill = <More extends z.ZodRawShape>(more: More) =>
  z.discriminatedUnion('kind', [
    ...ofScope(more).options,
    z.strictObject({ kind: z.literal('symbol'), name: withoutSpace(8), ...more }),
  ])

/** The body of each action, by its name. */
export const BODIES = {
  halt: z.strictObject({
    why,
    symbol,
    reason: withoutSpace(4).describe('Of ITCH H.'),
    orders: z.enum(HALT_POLICIES).describe('What is taken meanwhile.'),
  }),
  collect: z.strictObject({ why, symbol }),
  resume: z.strictObject({ why, symbol }),
  kill: ofKill({ why, dryRun }),
  unkill: ofKill({ why }),
  disconnect: z.strictObject({ why, session }),
  'reset-sequence': z.strictObject({ why, session }),
  news: z.strictObject({ why, headline: printable(HEADLINE_CHARACTERS_MAX) }),
  bust: z.strictObject(ofTrade),
  correct: z.strictObject({
    ...ofTrade,
    price: z.string().transform(priceOf).describe('LastPx(31), with at most 4 decimals.'),
    quantity: z.int().min(1).max(QUANTITY_MAX).describe('LastQty(32).'),
  }),
  'set-limits': ofScope({
    why,
    limits: asInFile(limitChanges)
      .refine((limits) => Object.keys(limits).length > 0, 'name at least one limit')
      .describe('By the keys of limits.yaml; null = what the file says again.'),
  }),
  ...REFERENCE_BODIES,
} satisfies Record<OperatorAction['action'], z.ZodType>

export const confirmBody = z.strictObject({
  confirmation: withoutSpace(CONFIRMATION_CHARACTERS_MAX).describe('From the answer 202.'),
})

/** What a body asks for, in the words of the journal. */
export interface Asked {
  readonly why: string
  readonly action: OperatorAction
  readonly dryRun: boolean
}

type Body<Name extends OperatorAction['action']> = z.output<(typeof BODIES)[Name]>

/** @param body that the schema of this action has approved of */
export function askedOf(action: OperatorAction['action'], body: Body<typeof action>): Asked {
  const { why: reason, ...fields } = body
  const { dryRun: isDryRun, ...rest } = { dryRun: false, ...fields }
  const whole = 'kind' in rest ? scopeOf(rest) : rest
  return { why: reason, action: { action, ...whole } as OperatorAction, dryRun: isDryRun }
}

/** A venue has neither firm nor name, a firm and a session no firm. */
function scopeOf(given: object & { readonly kind: string }): object {
  const { kind, ...names } = given
  return { kind, firm: '', name: '', ...names }
}
