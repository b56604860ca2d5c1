/** The JSON body of a request, within a limit. */
import type { IncomingMessage } from 'node:http'
import type { Reply } from './reply.ts'
import { wrong } from './reply.ts'

export const BODY_BYTES_MAX = 16_384
const TOO_LARGE = { reply: wrong(413, `use a body of at most ${BODY_BYTES_MAX} bytes`) }

/** @returns the value, or what is answered instead; it never rejects */
export async function readJson(
  request: IncomingMessage,
): Promise<{ readonly value: unknown } | { readonly reply: Reply }> {
  const type = request.headers['content-type'] ?? ''
  if (!/^application\/json *(;|$)/i.test(type)) {
    return { reply: wrong(415, 'use content-type: application/json') }
  }
  if (Number(request.headers['content-length'] ?? 0) > BODY_BYTES_MAX) return TOO_LARGE
  const parts: Buffer[] = []
  let length = 0
  try {
    for await (const part of request as AsyncIterable<Buffer>) {
      length += part.length
      if (length > BODY_BYTES_MAX) return TOO_LARGE
      parts.push(part)
    }
    const text = new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(parts))
    return { value: JSON.parse(text) }
  } catch {
    // Cut off, not UTF-8 or not JSON: whichever, there is no body.
    return { reply: wrong(400, 'the body is not JSON') }
  }
}
