/** The message log on a real disk. */
import {
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { MessageLog, NodeLogDisk } from '../../src/fix-acceptor/index.ts'
import { silentLogger } from '../../src/runtime/index.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'buttonwood-fix-log-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const open = (directory = join(folder, 'logs', 'fix')) =>
  new MessageLog({
    directory,
    fileBytesMax: 50_000,
    oldFilesMax: 2,
    clock: { epochSeconds: 1_795_444_200, nanoseconds: 0, now() {} },
    logger: silentLogger,
    disk: new NodeLogDisk(),
  })

const read = (name: string): string => readFileSync(join(folder, 'logs', 'fix', name), 'latin1')

describe('the message log on a disk', () => {
  it('makes its folder, which others do not read, and goes on where it was', async () => {
    for (const text of ['first', 'second']) {
      const log = open()
      log.of('ACME').note(text)
      await log.close()
    }

    const time = '2026-11-23T14:30:00.000000000Z'
    expect(read('ACME.log')).toBe(`${time} # 5 first\n${time} # 6 second\n`)
    const modes = ['', 'ACME.log'].map((name) => statSync(join(folder, 'logs', 'fix', name)).mode)
    expect(modes.map((mode) => mode & 0o007)).toEqual([0, 0])
  })

  it('puts full files away and loses no line of those that it keeps', async () => {
    for (let batch = 0; batch < 8; batch++) {
      const log = open()
      const acme = log.of('ACME')
      for (let i = 0; i < 500; i++) acme.note(`line ${batch * 500 + i}`)
      await log.close()
    }

    expect(readdirSync(join(folder, 'logs', 'fix')).sort()).toEqual([
      'ACME.log',
      'ACME.log.1',
      'ACME.log.2',
    ])
    const lines = ['ACME.log.2', 'ACME.log.1', 'ACME.log'].flatMap((name) =>
      [...read(name).matchAll(/line (\d+)\n/g)].map(([, number]) => Number(number)),
    )
    expect(lines).toEqual(Array.from({ length: lines.length }, (_, i) => 4_000 - lines.length + i))
    expect(lines.length).toBe(3_000)
  })

  it('ends the torn line that a crash left before it writes its own', async () => {
    const first = open()
    first.of('ACME').note('whole')
    await first.close()
    const whole = read('ACME.log')
    writeFileSync(join(folder, 'logs', 'fix', 'ACME.log'), whole.slice(0, -3))
    const log = open()
    log.of('ACME').note('after')
    await log.close()

    expect(read('ACME.log')).toBe(`${whole.slice(0, -3)}\n${whole.replace('whole', 'after')}`)
  })

  it('that is not there costs lines and nothing else', async () => {
    writeFileSync(join(folder, 'file'), '')
    const log = open(join(folder, 'file', 'fix'))
    log.of('ACME').note('hello')
    await log.close()

    expect(log.counts).toEqual({ lines: 1, dropped: 1 })
    expect(existsSync(join(folder, 'logs'))).toBe(false)
  })
})
