/**
 * jspurefix's initiator as a trader's FIX client: its session, its dictionary, its file store. It
 * checks the structure of everything that we send, which an initiator of jspurefix leaves out by
 * default, and answers what it does not accept with a Reject(3).
 */
import 'reflect-metadata'
import type { EngineFactory, IJsFixConfig, ISessionDescription, MsgView } from 'jspurefix'
import { AsciiSession, EmptyLogFactory, SessionLauncher } from 'jspurefix'
import { vi } from 'vitest'
import { jspurefixSettings } from '../../src/cli/client-settings.ts'

const WAIT_MS = 10_000
const SOH = '\u0001'

export interface JspurefixOptions {
  readonly port: number
  readonly compId: string
  readonly password: string
  /** Where it keeps numbers and messages from one connection to the next. */
  readonly store: string
}

/** One connection, from Logon to Logout. */
export class JspurefixClient {
  private readonly launcher: Launcher
  private readonly ended: Promise<boolean>

  private constructor(options: JspurefixOptions) {
    this.launcher = new Launcher(describe(options))
    this.ended = this.launcher.run()
  }

  /** Connects and logs on with the numbers of its store. */
  static async logOn(options: JspurefixOptions): Promise<JspurefixClient> {
    const client = new JspurefixClient(options)
    await client.waitFor(() => client.launcher.session?.isReady === true)
    return client
  }

  /** Every message from the exchange as it came, `|` for the delimiter, the oldest first. */
  get received(): readonly string[] {
    return this.launcher.session!.received
  }

  get sent(): readonly string[] {
    return this.launcher.session!.sent
  }

  /** Application messages as jspurefix's objects. */
  get objects(): readonly FixObject[] {
    return this.launcher.session!.objects
  }

  send(msgType: string, fields: object): void {
    this.launcher.session!.say(msgType, fields)
  }

  /** Waits for so many application messages in all. */
  async hears(count: number): Promise<readonly FixObject[]> {
    await this.waitFor(() => this.objects.length >= count)
    return this.objects
  }

  waitFor(holds: () => boolean): Promise<void> {
    const check = (): void => {
      if (!holds()) throw new Error(`jspurefix heard ${this.launcher.session?.received.join('\n')}`)
    }
    return vi.waitFor(check, { interval: 5, timeout: WAIT_MS })
  }

  /** Logs out and waits until the session has ended. */
  async logOut(): Promise<void> {
    this.launcher.session!.done()
    await this.ended
  }
}

/** A message as jspurefix decodes it, by field names. */
export type FixObject = Readonly<Record<string, unknown>>

/** What `buttonwood session new --jspurefix` writes, with a store of its own. */
function describe({ port, compId, password, store }: JspurefixOptions): ISessionDescription {
  const config = { exchange: { compId: 'BUTTONWOOD' }, fix: { host: '127.0.0.1', port } }
  const settings = jspurefixSettings({ compId, password, config })
  return { ...settings, store: { type: 'file', directory: store } }
}

class Launcher extends SessionLauncher {
  session: TraderSession | undefined

  constructor(description: ISessionDescription) {
    super(description, null, new EmptyLogFactory())
  }

  protected override makeFactory(config: IJsFixConfig): EngineFactory {
    return { makeSession: () => (this.session = new TraderSession(config)) }
  }
}

class TraderSession extends AsciiSession {
  isReady = false
  readonly received: string[] = []
  readonly sent: string[] = []
  readonly objects: FixObject[] = []

  constructor(config: IJsFixConfig) {
    super(config)
    this.checkMsgIntegrity = true
  }

  say(msgType: string, fields: object): void {
    this.send(msgType, fields as Record<string, unknown>)
  }

  protected override onReady(): void {
    this.isReady = true
  }

  protected override onLogon(): boolean {
    return true
  }

  protected override onApplicationMsg(_: string, view: MsgView): void {
    this.objects.push(view.toObject() as FixObject)
  }

  protected override onDecoded(_: string, text: string): void {
    this.received.push(readable(text))
  }

  protected override onEncoded(_: string, text: string): void {
    this.sent.push(readable(text))
  }

  protected override onStopped(): void {}
}

const readable = (text: string): string => text.replaceAll(SOH, '|')
