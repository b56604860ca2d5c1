/** A counterparty's side of a new session, as its FIX engine reads it. */
import { hostname } from 'node:os'

const EVERY_ADDRESS = ['0.0.0.0', '::']

export interface SettingsSource {
  readonly compId: string
  readonly password: string
  readonly config: {
    readonly exchange: { readonly compId: string }
    readonly fix: { readonly host: string; readonly port: number }
  }
}

/** The client's side, as QuickFIX reads it: test/interop/quickfix trades with it unchanged. */
export function quickFixSettings({ compId, password, config }: SettingsSource): string {
  return `# QuickFIX settings of ${compId}. The application copies Username and Password into
# Username(553) and Password(554) of its Logon(A): docs/protocols/quickfix.md.
[DEFAULT]
ConnectionType=initiator
BeginString=FIX.4.4
HeartBtInt=30
ReconnectInterval=5
SocketNodelay=Y
# The exchange never starts the numbers again by itself, and a week is the longest that QuickFIX C++
# and Python go without. QuickFIX/J and /n: NonStopSession=Y instead of the four; /Go: none of them.
StartDay=Sunday
StartTime=00:00:00
EndDay=Sunday
EndTime=00:00:00
UseDataDictionary=Y
DataDictionary=FIX44.xml
FileStorePath=store
FileLogPath=log

[SESSION]
SenderCompID=${compId}
TargetCompID=${config.exchange.compId}
SocketConnectHost=${reachable(config.fix.host)}
SocketConnectPort=${config.fix.port}
Username=${compId}
Password=${password}
`
}

/** The session as jspurefix reads it from a JSON file; test/interop/jspurefix.test.ts trades with it. */
export const jspurefixSettings = ({ compId, password, config }: SettingsSource) => ({
  application: {
    type: 'initiator' as const,
    name: compId,
    protocol: 'ascii' as const,
    resilient: false,
    reconnectSeconds: 5,
    tcp: { host: reachable(config.fix.host), port: config.fix.port },
    dictionary: 'repo44',
  },
  Name: compId,
  Username: compId,
  Password: password,
  HeartBtInt: 30,
  SenderCompId: compId,
  SenderSubID: '',
  TargetCompID: config.exchange.compId,
  TargetSubID: '',
  BeginString: 'FIX.4.4',
  ResetSeqNumFlag: false,
  store: { type: 'file' as const, directory: 'store' },
})

/** Who listens on every address is reached by name. */
const reachable = (host: string): string => (EVERY_ADDRESS.includes(host) ? hostname() : host)
