/** A folder of FIX log files as a test writes them. */
import { appendFileSync, existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fixBytes } from './fix-frame.ts'

const DAY = '2026-11-23T'

export class FixLogFiles {
  readonly directory = mkdtempSync(join(tmpdir(), 'buttonwood-fix-log-'))

  /**
   * Appends lines `14:30:01 < 35=D|11=A1` to a file; a message is made from its body, anything else is
   * as it stands.
   */
  write(name: string, ...lines: readonly string[]): void {
    for (const line of lines) {
      const [, time, kind, text] = /^(\S+) (.) (.*)$/s.exec(line)!
      const bytes = kind === '<' || kind === '>' ? fixBytes(message(text!)) : Buffer.from(text!)
      const [second, fraction = ''] = time!.split('.')
      const full = `${second!.includes('T') ? '' : DAY}${second}.${fraction.padEnd(9, '0')}Z`
      this.append(name, Buffer.concat([Buffer.from(`${full} ${kind} ${bytes.length} `), bytes]))
      this.append(name, '\n')
    }
  }

  append(name: string, bytes: Uint8Array | string): void {
    appendFileSync(join(this.directory, name), bytes)
  }

  /** Puts the file that is written away, as the exchange does. */
  rotate(session: string, oldFilesMax: number): void {
    for (let age = oldFilesMax; age > 0; age--) {
      const [from, to] = [age - 1, age].map((one) =>
        join(this.directory, `${session}.log${one === 0 ? '' : `.${one}`}`),
      ) as [string, string]
      if (existsSync(from)) renameSync(from, to)
    }
  }

  remove(): void {
    rmSync(this.directory, { recursive: true })
  }
}

const message = (body: string): string => `8=FIX.4.4|9=1|${body}|10=000|`
