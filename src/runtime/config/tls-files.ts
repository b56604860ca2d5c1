/** The certificates that `fix.tls` names, read and tried once, so that a wrong one stops the start. */
import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { createSecureContext } from 'node:tls'
import type { z } from 'zod'
import type { exchangeFile } from './schema.ts'
import type { YamlFile } from './yaml-file.ts'

type Given = NonNullable<z.output<typeof exchangeFile>['fix']['tls']>

export interface TlsConfig {
  readonly port: number
  /** PEM. */
  readonly cert: string
  readonly key: string
  /** Who signs clients' certificates; undefined = none is asked for. */
  readonly ca: string | undefined
  readonly requireClientCert: boolean
}

/** @throws ExchangeError EXC_CONFIG_VALUE naming the file that is missing or no use */
export function loadTls(yaml: YamlFile, given: Given | undefined): TlsConfig | undefined {
  if (given === undefined) return undefined
  const { port, certFile, keyFile, caFile, requireClientCert } = given
  if (requireClientCert && caFile === undefined) {
    throw yaml.error(['fix', 'tls', 'requireClientCert'], 'is true; it needs fix.tls.caFile')
  }
  const cert = readPem(yaml, 'certFile', certFile)
  const key = readPem(yaml, 'keyFile', keyFile)
  const ca = caFile === undefined ? undefined : readPem(yaml, 'caFile', caFile)
  try {
    createSecureContext(ca === undefined ? { cert, key } : { cert, key, ca })
  } catch (cause) {
    const { message } = cause as Error
    throw yaml.error(['fix', 'tls'], `has certificate files that do not work together: ${message}`)
  }
  return { port, cert, key, ca, requireClientCert }
}

function readPem(yaml: YamlFile, name: string, file: string): string {
  const path = resolve(dirname(yaml.path), file)
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    const { code = 'unreadable' } = cause as NodeJS.ErrnoException
    throw yaml.error(['fix', 'tls', name], `is ${file}; it cannot be read (${code})`)
  }
}
