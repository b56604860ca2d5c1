/** FIX over TLS, and certificates that stand for a CompID. */
import { readFileSync } from 'node:fs'
import { connect } from 'node:net'
import { once } from 'node:events'
import type { ConnectionOptions } from 'node:tls'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { RunningExchange } from '../../src/main.ts'
import type { Certificate } from '../support/certificates.ts'
import { makeCertificate } from '../support/certificates.ts'
import { RawFix } from '../support/raw-fix.ts'
import { ExchangeFolder } from '../support/running-exchange.ts'

let folder: ExchangeFolder
let exchange: RunningExchange
let ca: Certificate
let acme: Certificate
let stranger: Certificate

beforeAll(async () => {
  folder = await ExchangeFolder.make()
  const server = makeCertificate(folder.path, 'server')
  ca = makeCertificate(folder.path, 'ca')
  acme = makeCertificate(folder.path, 'acme', ca)
  stranger = makeCertificate(folder.path, 'stranger')
  const { certFile, keyFile } = server
  folder.change({
    fix: { tls: { port: 0, certFile, keyFile, caFile: ca.certFile }, limits: { logonMs: 1_000 } },
  })
  const session = readFileSync('config/sessions/ACME.yaml', 'utf8')
  folder.write('sessions/ACME.yaml', `${session}clientCertificate: ${acme.fingerprint}\n`)
  exchange = await folder.start()
})
afterAll(async () => {
  await exchange.stop()
  folder.remove()
})

const withCertificate = ({ certFile, keyFile }: Certificate): ConnectionOptions => ({
  cert: readFileSync(certFile),
  key: readFileSync(keyFile),
})
const overTls = (compId: string, more: ConnectionOptions = {}) => ({
  port: exchange.ports.fixTls!,
  compId,
  password: compId.toLowerCase(),
  tls: {
    ca: readFileSync(`${folder.path}/server.crt`),
    checkServerIdentity: () => undefined,
    ...more,
  },
})

describe('FIX over TLS', () => {
  it('trades as without it, and a session goes on from one port at the other', async () => {
    const globex = await RawFix.connect(overTls('GLOBEX'))
    expect(await globex.logOn()).toBe('35=A|98=0|108=60')
    globex.say('35=D|11=G1|55=AAPL|54=1|38=100|40=2|44=182.50|60=20261123-14:30:00')
    expect(await globex.hear()).toMatch(/^35=8\|.*\|150=0\|/)
    await globex.logOut()

    const plain = await RawFix.connect({
      port: exchange.ports.fix,
      compId: 'GLOBEX',
      password: 'globex',
      next: 4,
      expected: 4,
    })
    expect(await plain.logOn()).toBe('35=A|98=0|108=60')
    await plain.logOut()
  })

  it('wants the certificate that a session names, and no other will do', async () => {
    for (const more of [{}, withCertificate(stranger)]) {
      const wrong = await RawFix.connect(overTls('ACME', more))
      wrong.say('35=A|98=0|108=60|553=ACME|554=acme')
      expect(await wrong.closed()).toBe('')
    }
    const right = await RawFix.connect(overTls('ACME', withCertificate(acme)))
    expect(await right.logOn()).toBe('35=A|98=0|108=60')
    await right.logOut()
  })

  it('speaks no TLS older than 1.2', async () => {
    const old: ConnectionOptions = {
      minVersion: 'TLSv1',
      maxVersion: 'TLSv1.1',
      ciphers: 'DEFAULT@SECLEVEL=0',
    }
    await expect(RawFix.connect(overTls('GLOBEX', old))).rejects.toThrow(/alert protocol version/)
  })

  it('hangs up on who says nothing, or speaks FIX without TLS', async () => {
    const mute = connect(exchange.ports.fixTls!, '127.0.0.1')
    const plain = connect(exchange.ports.fixTls!, '127.0.0.1')
    for (const socket of [mute, plain]) socket.on('error', () => undefined)
    plain.write('8=FIX.4.4\u00019=5\u000135=A\u000110=000\u0001')
    await Promise.all([once(plain, 'close'), once(mute, 'close')])
    expect(plain.bytesRead).toBeLessThan(20)
    expect(mute.bytesRead).toBe(0)
  })
})
