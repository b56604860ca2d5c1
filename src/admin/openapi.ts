/** The OpenAPI 3.1 document of the admin API, from the table of endpoints and the schemas that check. */
import { z } from 'zod'
import type { AdminRole } from '../runtime/index.ts'
import { doneAnswer, errorAnswer, previewAnswer, refusedAnswer, waitingAnswer } from './answers.ts'
import { BODIES, confirmBody } from './requests.ts'
import type { Route } from './routes.ts'
import { BASE, isRead, ROUTES } from './routes.ts'

const json = (schema: object) => ({ content: { 'application/json': { schema } } })
const answer = (description: string, schema: z.ZodType) => ({
  description,
  ...json(schemaOf(schema, 'output')),
})
const problemOf = (description: string) => ({
  description,
  ...json({ $ref: '#/components/schemas/Error' }),
})

const DENIED = {
  '401': problemOf('No token, or one that is not known'),
  '403': problemOf('The role is too small, no token is configured, or a web page asks'),
  '429': problemOf('Beyond a limit: nothing was done'),
}
const WRONG = {
  '400': problemOf('Idempotency-Key or body is not as it should be'),
  '409': answer('Refused by the exchange, or the key was used for another body', refusedAnswer),
  '413': problemOf('The body is too large'),
  '415': problemOf('The body is not application/json'),
  '503': problemOf('Not known: the exchange stops; ask again with the same key'),
}
const DONE = answer('Done, and durable', doneAnswer)
const WAITING = answer('Waits for another person', waitingAnswer)

const IDEMPOTENCY_KEY = {
  name: 'Idempotency-Key',
  in: 'header',
  required: true,
  description: 'Of your choice, for each request another: the same one again is not done again.',
  schema: { type: 'string', pattern: '^[ -~]{1,64}$' },
}

export function openApiDocument(): object {
  const paths = ROUTES.map((route) => [
    BASE + route.name,
    { [route.method.toLowerCase()]: operationOf(route) },
  ])
  return {
    openapi: '3.1.0',
    info: { title: 'Buttonwood admin API', version: '1' },
    security: [{ token: [] }],
    paths: Object.fromEntries(paths) as object,
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
      schemas: { Error: schemaOf(errorAnswer, 'output') },
    },
  }
}

function operationOf({ name, role, summary }: Route): object {
  const about = { operationId: name, summary, description: roleText(name, role) }
  if (isRead(name)) {
    return {
      ...about,
      responses: { '200': { description: 'An object', ...json({ type: 'object' }) }, ...DENIED },
    }
  }
  if (name === 'confirm') {
    const notFound = { '404': problemOf('No such confirmation waits') }
    const requestBody = bodyOf(confirmBody)
    return { ...about, requestBody, responses: { '200': DONE, ...notFound, ...WRONG, ...DENIED } }
  }
  const done =
    name === 'kill' ? answer('Done, or its preview', z.union([doneAnswer, previewAnswer])) : DONE
  return {
    ...about,
    parameters: [IDEMPOTENCY_KEY],
    requestBody: bodyOf(BODIES[name]),
    responses: { '200': done, '202': WAITING, ...WRONG, ...DENIED },
  }
}

const roleText = (name: Route['name'], role: AdminRole): string =>
  name === 'kill' || name === 'unkill'
    ? `Role ${role}; admin for a firm, a symbol or the venue.`
    : `Role ${role}.`

const bodyOf = (schema: z.ZodType) => ({ required: true, ...json(schemaOf(schema, 'input')) })

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): object {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io })
  return rest
}
