/**
 * The log of one session over all its files: `ACME.log.2`, `ACME.log.1`, `ACME.log`, and the one that
 * takes the last one's place while it is read.
 */
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { LogLine } from '../fix-acceptor/index.ts'
import { FixLogFile } from './fix-log-file.ts'

const FILE_NAME = /^(.+)\.log(?:\.([1-9]\d*))?$/

/** Sessions with a log in the folder. */
export function sessionsIn(directory: string): string[] {
  const names = readdirSync(directory).map((name) => FILE_NAME.exec(name)?.[1])
  return [...new Set(names.filter((name) => name !== undefined))].sort()
}

export class FixLogSession {
  readonly name: string
  private readonly directory: string
  private file: FixLogFile | undefined

  /** @param isOld what has been logged so far is passed over */
  constructor(directory: string, name: string, { isOld = false } = {}) {
    this.directory = directory
    this.name = name
    const newest = this.paths().at(-1)
    if (isOld && newest !== undefined) this.file = new FixLogFile(newest, { isOld })
  }

  /** @returns undefined when there is nothing more for now */
  next(): LogLine | undefined {
    for (;;) {
      const line = this.file?.next()
      if (line !== undefined) return line
      const path = this.nextPath()
      if (path === undefined) return undefined
      // What was written between the look into the file and the look into the folder.
      const late = this.file?.next()
      if (late !== undefined) return late
      this.close()
      this.file = new FixLogFile(path)
    }
  }

  close(): void {
    this.file?.close()
    this.file = undefined
  }

  /** The file behind the one that is read, whatever it is called by now; the oldest if that is gone. */
  private nextPath(): string | undefined {
    const { file } = this
    if (file !== undefined && identityOf(this.pathOf(0)) === file.identity) return undefined
    const paths = this.paths()
    const identities = paths.map(identityOf)
    return paths[file === undefined ? 0 : identities.indexOf(file.identity) + 1]
  }

  /** The oldest first. */
  private paths(): string[] {
    const ages = readdirSync(this.directory)
      .map((name) => FILE_NAME.exec(name))
      .filter((match) => match?.[1] === this.name)
      .map((match) => Number(match![2] ?? 0))
    return ages.sort((a, b) => b - a).map((age) => this.pathOf(age))
  }

  private pathOf(age: number): string {
    return join(this.directory, age === 0 ? `${this.name}.log` : `${this.name}.log.${age}`)
  }
}

/** undefined when there is no such file, or not any more. */
const identityOf = (path: string): number | undefined =>
  statSync(path, { throwIfNoEntry: false })?.ino
