/** One life of the program client.cpp: what it is told to do, and everything that it printed. */
import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { field, isAgain, numberOf } from '../fix-text.ts'

/** QuickFIX tries to connect again every 5 seconds, and a restarted exchange takes some. */
const WAIT_MS = 40_000

/** A question that crosses our ResendRequest is passed over by QuickFIX's own gap fill. */
const ASK_AGAIN_MS = 10_000

/** Messages as they passed, the oldest first. */
export interface Traffic {
  readonly received: readonly string[]
  readonly sent: readonly string[]
  /** As QuickFIX gave them to the application: in sequence, and in its own order of fields. */
  readonly told: readonly string[]
}

export class QuickFixClient implements Traffic {
  readonly received: string[] = []
  readonly sent: string[] = []
  readonly told: string[] = []
  /** What QuickFIX says about the session. */
  readonly events: string[] = []
  private logons = 0
  private logouts = 0
  private questions = 0
  /** The number before which it is done with everything of ours. */
  private doneBefore = 0
  /** How much of everything `news` has given. */
  private readonly given = { received: 0, sent: 0, told: 0 }
  private readonly child: ChildProcess
  private readonly closed: Promise<unknown[]>
  private isOver = false
  /** Called after each line. */
  private readonly watchers = new Set<() => void>()

  /** @param folder with the settings, the dictionary and the store */
  constructor(program: string, folder: string, settings: string) {
    this.child = spawn(program, [settings], { cwd: folder, stdio: ['pipe', 'pipe', 'inherit'] })
    this.closed = once(this.child, 'close')
    this.child.on('close', () => {
      this.isOver = true
      this.wake()
    })
    createInterface({ input: this.child.stdout! }).on('line', (line) => {
      this.note(line[0]!, line.slice(2))
      this.wake()
    })
  }

  /** A command of client.cpp. */
  say(command: string): void {
    this.child.stdin!.write(`${command}\n`)
  }

  /** Waits for a Logon after those that were awaited before. */
  async loggedOn(): Promise<void> {
    await this.waitFor(() => this.logons > 0)
    this.logons--
  }

  async loggedOut(): Promise<void> {
    await this.waitFor(() => this.logouts > 0)
    this.logouts--
  }

  /** Our next MsgSeqNum(34), and theirs. */
  get next(): { readonly ours: number; readonly theirs: number } {
    const after = (messages: readonly string[]): number =>
      numberOf(messages.findLast((message) => !isAgain(message)) ?? '|34=0') + 1
    return { ours: after(this.sent), theirs: after(this.received) }
  }

  /** What passed since the last time this was asked. */
  news(): Traffic {
    const { given } = this
    const since = {
      received: this.received.slice(given.received),
      sent: this.sent.slice(given.sent),
      told: this.told.slice(given.told),
    }
    for (const kind of ['received', 'sent', 'told'] as const) given[kind] = this[kind].length
    return since
  }

  async connect(): Promise<void> {
    this.say('connect')
    await this.loggedOn()
  }

  /**
   * Waits until everything that was said so far is answered, a TestRequest(1) goes behind it, and
   * until QuickFIX is done with the answer: with a gap before it, that is when the gap is filled.
   */
  async settle(): Promise<void> {
    const asked: string[] = []
    const answer = (): string | undefined =>
      this.received.find((message) => asked.includes(field(message, 112) ?? ''))
    const ask = (): void => {
      asked.push(`settled-${++this.questions}`)
      this.say(`test ${asked.at(-1)!}`)
    }
    ask()
    const again = setInterval(ask, ASK_AGAIN_MS)
    await this.waitFor(() => answer() !== undefined).finally(() => clearInterval(again))
    const next = numberOf(answer()!) + 1
    this.doneBefore = 0
    this.say(`expects ${next}`)
    await this.waitFor(() => this.doneBefore === next)
  }

  /** … and until what QuickFIX asks for after that, because it misses it, has come too. */
  async settleWithResends(): Promise<void> {
    await this.settle()
    await this.settle()
  }

  async waitFor(holds: () => boolean): Promise<void> {
    let look = (): void => undefined
    const held = new Promise<void>((resolve, reject) => {
      const fail = (why: string): void => {
        const heard = [...this.received.slice(-20), ...this.events.slice(-20)].join('\n')
        reject(new Error(`${why}; QuickFIX heard\n${heard}`))
      }
      const timer = setTimeout(() => fail('waited in vain'), WAIT_MS)
      look = () => {
        if (!holds() && !this.isOver) return
        clearTimeout(timer)
        if (holds()) resolve()
        else fail('the program has ended')
      }
    })
    this.watchers.add(look)
    look()
    await held.finally(() => this.watchers.delete(look))
  }

  /** Stops the process where it stands, or lets it go on: SIGSTOP, SIGCONT. */
  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal)
  }

  /** The process is gone at once. */
  async kill(): Promise<void> {
    this.child.kill('SIGKILL')
    await this.closed
  }

  /** The end of its orders is the end of the program. */
  async end(): Promise<void> {
    this.child.stdin!.end()
    await this.closed
  }

  private wake(): void {
    for (const look of this.watchers) look()
  }

  private note(kind: string, text: string): void {
    if (kind === '<') this.received.push(text)
    else if (kind === '>') this.sent.push(text)
    else if (kind === '=') this.told.push(text)
    else if (kind === '!') this.events.push(text)
    else if (kind === '+') this.logons++
    else if (kind === '-') this.logouts++
    else if (kind === '#') this.doneBefore = Number(text)
  }
}
