/** What a session that another process than the exchange's serves is like, unless a test says otherwise. */
export const A_DESK_LOGIN = {
  password: 'none',
  allow: [],
  heartBtInt: { min: 5, max: 60 },
  resetOnLogon: false,
  checkLatency: 120,
  validateUserTags: false,
  conditionalRequired: 'report',
  duplicateLogon: 'reject',
} as const
