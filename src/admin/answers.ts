/** What the admin API answers. */
import { z } from 'zod'

/** What was asked for, as it stands in the journal. */
const operation = z
  .looseObject({
    requestId: z.string().describe('The name of the token, a slash, the Idempotency-Key.'),
    by: z.string(),
    why: z.string(),
    action: z.string(),
  })
  .describe('With the fields of the action.')

const repeated = z.boolean().describe('This is what became of it when it was asked first.')

export const doneAnswer = z.object({ outcome: z.literal('done'), repeated, operation })

export const refusedAnswer = z.object({
  outcome: z.literal('refused'),
  error: z.string(),
  repeated,
  operation,
})

export const waitingAnswer = z.object({
  outcome: z.literal('waiting'),
  confirmation: z.string().describe('For the other person: POST /admin/v1/confirm.'),
  expiresInSeconds: z.int(),
  operation,
})

export const previewAnswer = z.object({
  outcome: z.literal('preview'),
  orders: z.int().describe('Live orders that it would cancel.'),
})

export const errorAnswer = z.object({
  error: z.string(),
  problems: z
    .array(z.object({ path: z.string(), message: z.string() }))
    .optional()
    .describe('Of a body that is not as it should be.'),
})

export type DoneAnswer = z.infer<typeof doneAnswer>
export type RefusedAnswer = z.infer<typeof refusedAnswer>
export type WaitingAnswer = z.infer<typeof waitingAnswer>
export type PreviewAnswer = z.infer<typeof previewAnswer>
export type ErrorAnswer = z.infer<typeof errorAnswer>
