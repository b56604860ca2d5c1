/** Which messages belong to the session layer, and which of them are never sent twice. */
export const MsgType = {
  Heartbeat: '0',
  TestRequest: '1',
  ResendRequest: '2',
  Reject: '3',
  SequenceReset: '4',
  Logout: '5',
  Logon: 'A',
} as const

const admin = new Set<string>(Object.values(MsgType))

export const isAdmin = (msgType: string): boolean => admin.has(msgType)

/** Application messages and Reject(3) are sent again on request; the rest is gap-filled. */
export const isResent = (msgType: string): boolean =>
  msgType === MsgType.Reject || !admin.has(msgType)
