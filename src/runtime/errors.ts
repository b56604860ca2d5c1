/**
 * Outside errors: configuration, files, sockets, database. Each has a stable code that scripts and
 * docs/errors.md know, and a message that says what to do. Business rejects are values instead,
 * and broken invariants are AssertionError.
 */
export const ErrorCode = {
  ConfigFile: 'EXC_CONFIG_FILE',
  ConfigValue: 'EXC_CONFIG_VALUE',
  PortInUse: 'EXC_PORT_IN_USE',
  DirectoryLocked: 'EXC_DIRECTORY_LOCKED',
  JournalAltered: 'EXC_JOURNAL_ALTERED',
  JournalDamaged: 'EXC_JOURNAL_DAMAGED',
  JournalMismatch: 'EXC_JOURNAL_MISMATCH',
  JournalUnreadable: 'EXC_JOURNAL_UNREADABLE',
  JournalWrite: 'EXC_JOURNAL_WRITE',
  ReplayDiffers: 'EXC_REPLAY_DIFFERS',
  MulticastUnavailable: 'EXC_MULTICAST_UNAVAILABLE',
  Archive: 'EXC_ARCHIVE',
  DatabaseUnreachable: 'EXC_DATABASE_UNREACHABLE',
  DropCopyNumbers: 'EXC_DROP_COPY_NUMBERS',
  FixConnect: 'EXC_FIX_CONNECT',
  FixLogon: 'EXC_FIX_LOGON',
  FixLog: 'EXC_FIX_LOG',
  Recording: 'EXC_RECORDING',
  ClientState: 'EXC_CLIENT_STATE',
  OrderRefused: 'EXC_ORDER_REFUSED',
  AdminRefused: 'EXC_ADMIN_REFUSED',
  AdminToken: 'EXC_ADMIN_TOKEN',
  AdminUnknown: 'EXC_ADMIN_UNKNOWN',
  AuditSecret: 'EXC_AUDIT_SECRET',
  AuditTrail: 'EXC_AUDIT_TRAIL',
  DemoFailed: 'EXC_DEMO_FAILED',
} as const

export type ErrorCode = (typeof ErrorCode)[keyof typeof ErrorCode]

export class ExchangeError extends Error {
  override readonly name = 'ExchangeError'
  readonly code: ErrorCode

  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.code = code
  }
}

/** The message of whatever was thrown. */
export const messageOf = (cause: unknown): string =>
  cause instanceof Error ? cause.message : String(cause)
