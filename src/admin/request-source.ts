/**
 * Requests that a browser sends for a page are refused: a page that an operator happens to look at must not act,
 * neither by itself (Origin, Sec-Fetch-Site) nor under a name of its own that leads here (Host).
 */
import type { IncomingHttpHeaders } from 'node:http'
import { isLoopback } from '../runtime/index.ts'

const OWN_SITES = ['none', 'same-origin']

/** @param hosts names of this machine beside loopback, in small letters @returns why it is refused; undefined when it is not */
export function sourceProblem(
  headers: IncomingHttpHeaders,
  hosts: readonly string[],
): string | undefined {
  const { origin, host = '', 'sec-fetch-site': site = 'none' } = headers
  if (origin !== undefined || !OWN_SITES.includes(String(site))) {
    return 'requests of web pages are not taken'
  }
  const name = nameOf(host)
  if (isLoopback(name) || hosts.includes(name)) return undefined
  return 'Host is not this exchange: use http.host or a name of admin.hosts'
}

/** The host name of a Host header, without port and brackets. */
function nameOf(host: string): string {
  const url = `http://${host}`
  if (!URL.canParse(url)) return ''
  return new URL(url).hostname.replace(/^\[|\]$/g, '')
}
