/** A disk for the message log in memory: a test reads its files, stops it, and lets it fail. */
import type { AppendFile, LogDisk } from '../../src/fix-acceptor/index.ts'

export class MemoryLogDisk implements LogDisk {
  /** Names without the folder. */
  readonly files = new Map<string, string>()
  /** What every call answers with. */
  error: Error | undefined
  /** Most calls under way at one time. */
  callsMax = 0
  private calls = 0
  private going: Promise<void> = Promise.resolve()
  private go: () => void = () => undefined

  /** Nothing ends until `resume`. */
  stall(): void {
    this.going = new Promise((resolve) => (this.go = resolve))
  }

  resume(): void {
    this.go()
  }

  /** `|` for the delimiter; without the count of bytes. */
  lines(name: string): string[] {
    const text = this.files.get(name) ?? ''
    const lines = text.replaceAll('\u0001', '|').split('\n')
    return lines.slice(0, -1).map((line) => line.replace(/^(\S+ .) \d+ /, '$1 '))
  }

  async open(path: string): Promise<AppendFile> {
    await this.turn()
    const name = path.split('/').at(-1)!
    const file = this.files.get(name) ?? ''
    this.files.set(name, file)
    return {
      size: file.length,
      isTorn: file !== '' && !file.endsWith('\n'),
      append: async (pieces) => {
        await this.turn()
        const text = pieces.map((piece) => Buffer.from(piece).toString('latin1')).join('')
        this.files.set(name, this.files.get(name)! + text)
      },
      close: async () => undefined,
    }
  }

  async rename(from: string, to: string): Promise<void> {
    await this.turn()
    const [old, name] = [from, to].map((path) => path.split('/').at(-1)!)
    const file = this.files.get(old!)
    if (file === undefined) return
    this.files.delete(old!)
    this.files.set(name!, file)
  }

  private async turn(): Promise<void> {
    this.callsMax = Math.max(this.callsMax, ++this.calls)
    await this.going
    this.calls--
    if (this.error !== undefined) throw this.error
  }
}
