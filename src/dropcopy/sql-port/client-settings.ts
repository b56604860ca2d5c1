/** What a client set for its own session. The database's session is everybody's: it is set again each time. */

/** Names as a ParameterStatus has them; others are not told. */
const REPORTED: Readonly<Record<string, string>> = {
  application_name: 'application_name',
  client_encoding: 'client_encoding',
  datestyle: 'DateStyle',
  intervalstyle: 'IntervalStyle',
  search_path: 'search_path',
  timezone: 'TimeZone',
}
/** What a client may name when it connects. */
const AT_START: readonly string[] = ['extra_float_digits', ...Object.keys(REPORTED)]

export const reportedName = (setting: string): string | undefined => REPORTED[setting]

/** @param parameters of the StartupMessage; those that this port does not know are left out */
export function settingsAtStart(parameters: ReadonlyMap<string, string>): Map<string, string> {
  const given = [...parameters].map(([name, value]) => [name.toLowerCase(), value] as const)
  const settings = new Map([...optionsOf(parameters.get('options') ?? ''), ...given])
  return new Map([...settings].filter(([name]) => AT_START.includes(name)))
}

/** `-c search_path=buttonwood`, as PGOPTIONS has them. */
const optionsOf = (options: string): (readonly [string, string])[] =>
  [...options.matchAll(/-c\s*([\w.]+)=((?:\\.|\S)*)/g)].map(
    ([, name, value]) => [name!.toLowerCase(), value!.replace(/\\(.)/g, '$1')] as const,
  )
