/** Options that the commands about the feed share. */
import { InvalidArgumentError, Option } from 'commander'
import { BAR_WIDTHS, CHANNELS_MAX } from '../domain/index.ts'
import { LINE_CHOICES } from './feed-lines.ts'

const DEPTH_DEFAULT = 5
const DEPTH_MAX = 50
const DURATION_SECONDS_MAX = 86_400

export const symbolOption = (): Option =>
  new Option('--symbol <symbol>', 'only this instrument; may be repeated')
    .argParser((value: string, previous: string[]) => [...previous, value])
    .default([])

export const channelOption = (): Option =>
  new Option(
    '--channel <number>',
    'channel of the feed (default: the one of the symbols, else 0)',
  ).argParser(integer(0, CHANNELS_MAX - 1))

export const lineOption = (): Option =>
  new Option('--line <line>', 'multicast lines to join, or tcp for the stream without multicast')
    .choices(LINE_CHOICES)
    .default('both')

export const jsonOption = (): Option =>
  new Option('--json', 'one JSON object a line for each message, prices in 1/10,000')

export const topOption = (): Option =>
  new Option('--l1', 'only the best bid and ask, a line at each change')

export const barsOption = (): Option =>
  new Option('--bars <width>', 'only bars: open, high, low, close, volume, VWAP, trades')
    .choices(BAR_WIDTHS)
    .conflicts('l1')

export const depthOption = (): Option =>
  new Option('--depth <levels>', 'price levels of each side')
    .argParser(integer(1, DEPTH_MAX))
    .default(DEPTH_DEFAULT)

export const durationOption = (): Option =>
  new Option('--duration <seconds>', 'stop after this long').argParser(
    integer(1, DURATION_SECONDS_MAX),
  )

export const configOption = (): Option =>
  new Option('--config <file>', 'exchange.yaml (default: config/exchange.yaml)')

const integer = (min: number, max: number) => (text: string) => {
  const value = Number(text)
  if (/^\d+$/.test(text) && value >= min && value <= max) return value
  throw new InvalidArgumentError(`use ${min} to ${max}.`)
}
