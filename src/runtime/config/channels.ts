/**
 * The channels of the feed as the file has them: one that `itch` describes itself, or those of
 * `itch.channels`, of which one takes every instrument that no other names.
 */
import type { z } from 'zod'
import type { exchangeFile } from './schema.ts'
import { channelDefaults } from './schema.ts'
import type { KeyPath, YamlFile } from './yaml-file.ts'

type ItchFile = z.output<typeof exchangeFile>['itch']
type ChannelFile = z.output<typeof channelDefaults>
type ChannelOfSeveral = NonNullable<ItchFile['channels']>[number]
/** What `itch` says of its only channel. */
type Own = Pick<ItchFile, keyof ChannelFile>

/** A channel's number is its place in the list. */
export interface ChannelConfig extends Readonly<ChannelFile> {
  /** Where exchange.yaml has it: `itch`, or `itch.channels[1]`. */
  readonly setting: string
  /** Instruments that it names; undefined = all that no other channel names. */
  readonly symbols: readonly string[] | undefined
}

/** `itch` with one channel or several. */
export interface ItchConfig extends Readonly<Omit<ItchFile, keyof ChannelFile | 'channels'>> {
  /** At least one. */
  readonly channels: readonly ChannelConfig[]
}

const PORTS = ['retransmission', 'snapshot', 'stream'] as const

/**
 * @param listed symbols of the instruments
 * @throws ExchangeError EXC_CONFIG_VALUE
 */
export function resolveItch(
  yaml: YamlFile,
  { lines, retransmission, snapshot, stream, channels, ...common }: ItchFile,
  listed: ReadonlySet<string>,
): ItchConfig {
  const own = { lines, retransmission, snapshot, stream }
  if (channels === undefined) {
    const channel = onlyChannel(own)
    checkLines(yaml, ['itch'], channel, new Set())
    return { ...common, channels: [channel] }
  }

  refuseBeside(yaml, own)
  checkSymbols(yaml, channels, listed)
  const taken = new Set<string>()
  channels.forEach((channel, i) => {
    const path = ['itch', 'channels', i]
    checkLines(yaml, path, channel, taken)
    checkPorts(yaml, path, channel, taken)
  })
  const withPlace = (channel: ChannelOfSeveral, i: number): ChannelConfig => ({
    ...channel,
    setting: `itch.channels[${i}]`,
    symbols: channel.symbols,
  })
  return { ...common, channels: channels.map(withPlace) }
}

/** The channel on which the configuration puts a symbol. */
export function channelsBySymbol(channels: readonly ChannelConfig[]): (symbol: string) => number {
  const named = new Map<string, number>()
  channels.forEach(({ symbols = [] }, channel) => {
    for (const symbol of symbols) named.set(symbol, channel)
  })
  const rest = channels.findIndex(({ symbols }) => symbols === undefined)
  return (symbol) => named.get(symbol) ?? rest
}

function onlyChannel({ lines, retransmission, snapshot, stream }: Own): ChannelConfig {
  const defaults = channelDefaults.parse({})
  return {
    setting: 'itch',
    symbols: undefined,
    lines: lines ?? defaults.lines,
    retransmission: retransmission ?? defaults.retransmission,
    snapshot: snapshot ?? defaults.snapshot,
    stream: stream ?? defaults.stream,
  }
}

function refuseBeside(yaml: YamlFile, own: Own): void {
  for (const [key, value] of Object.entries(own)) {
    if (value === undefined) continue
    throw yaml.error(['itch', key], 'stands beside itch.channels; give it to each channel instead')
  }
}

function checkSymbols(
  yaml: YamlFile,
  channels: readonly ChannelOfSeveral[],
  listed: ReadonlySet<string>,
): void {
  const seen = new Set<string>()
  channels.forEach(({ symbols = [] }, i) => {
    symbols.forEach((symbol, j) => {
      const path = ['itch', 'channels', i, 'symbols', j]
      if (!listed.has(symbol)) throw yaml.error(path, `is ${symbol}; list it in instruments.yaml`)
      if (seen.has(symbol)) throw yaml.error(path, `is ${symbol} again; name each symbol once`)
      seen.add(symbol)
    })
  })

  const [rest, another] = channels.flatMap(({ symbols }, i) => (symbols === undefined ? [i] : []))
  if (rest === undefined) {
    const what = 'is without a channel for all other instruments; leave symbols out of one'
    throw yaml.error(['itch', 'channels'], what)
  }
  if (another !== undefined) {
    const what = `has no symbols, as itch.channels[${rest}] has none; leave them out of one only`
    throw yaml.error(['itch', 'channels', another], what)
  }
}

/** @param taken lines and ports of the channels before; those of this one are added */
function checkLines(
  yaml: YamlFile,
  path: KeyPath,
  { lines }: Pick<ChannelFile, 'lines'>,
  taken: Set<string>,
): void {
  lines.forEach(({ group, port }, i) => {
    const line = `${group}:${port}`
    if (taken.has(line)) {
      throw yaml.error([...path, 'lines', i], `is ${line} again; give each line its own`)
    }
    taken.add(line)
  })
}

function checkPorts(
  yaml: YamlFile,
  path: KeyPath,
  channel: ChannelOfSeveral,
  taken: Set<string>,
): void {
  for (const name of PORTS) {
    const { host, port } = channel[name]
    const place = `${host}:${port}/${name === 'retransmission' ? 'udp' : 'tcp'}`
    if (taken.has(place)) {
      throw yaml.error([...path, name], `is ${place} again; give each its own port`)
    }
    if (port !== 0) taken.add(place)
  }
}
