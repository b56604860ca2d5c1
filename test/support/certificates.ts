/** Certificates for a test, made by openssl as an operator would; nothing secret is kept. */
import { execFileSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface Certificate {
  readonly certFile: string
  readonly keyFile: string
  /** SHA-256, as `openssl x509 -fingerprint -sha256` prints it. */
  readonly fingerprint: string
}

/** Makes a certificate for 127.0.0.1; signed by `issuer`, or by itself. */
export function makeCertificate(folder: string, name: string, issuer?: Certificate): Certificate {
  const certFile = join(folder, `${name}.crt`)
  const keyFile = join(folder, `${name}.key`)
  const signed = issuer === undefined ? [] : ['-CA', issuer.certFile, '-CAkey', issuer.keyFile]
  const subject = ['-subj', `/CN=${name}`, '-addext', 'subjectAltName=IP:127.0.0.1']
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  const files = ['-keyout', keyFile, '-out', certFile]
  execFileSync('openssl', ['req', '-x509', '-days', '2', ...key, ...files, ...subject, ...signed], {
    stdio: 'pipe',
  })
  return {
    certFile,
    keyFile,
    fingerprint: new X509Certificate(readFileSync(certFile)).fingerprint256,
  }
}
