/**
 * Symbols on several channels: which messages each has, over restarts with other configurations, too.
 * Every random number of the stage is the same, so the names of sessions are known.
 */
import { describe, expect, it } from 'vitest'
import { FeedChannels, FeedPublisher } from '../../src/itch-feed/index.ts'
import { loadConfig } from '../../src/runtime/index.ts'
import type { ItchMessage } from '../../src/wire/index.ts'
import { decodeItch, eachMessage, readPacket, RecordBuffer } from '../../src/wire/index.ts'
import type { StageClient } from '../support/exchange-stage.ts'
import { ExchangeStage } from '../support/exchange-stage.ts'
import { dayOpened, endOfDay, FeedDay, listed, SYMBOLS, systemEvent } from './feed-events.ts'
import { messagesOf, rangeOf } from './packet-content.ts'
import type { RecordedFeedOptions } from './recorded-feed.ts'
import { RecordedFeed } from './recorded-feed.ts'

const HOUR_MS = 3_600_000
const TO_NEXT_DAY_MS = 15 * HOUR_MS

const { instruments } = loadConfig({ file: 'config/exchange.yaml', env: {} })
const TRADED = ['AAPL', 'MSFT']
const PRICES: Readonly<Record<string, string>> = { AAPL: '182.50', MSFT: '415.30' }

function aStage(channels: readonly (readonly string[] | undefined)[]): ExchangeStage {
  const traded = instruments.filter(({ symbol }) => TRADED.includes(symbol))
  return new ExchangeStage({ instruments: traded, channels })
}

async function logOn(stage: ExchangeStage): Promise<StageClient> {
  const client = stage.connect('ACME')
  await stage.ask(client, '35=A|98=0|108=60|141=Y')
  return client
}

let orders = 0

/** A good-till-cancel order that rests. */
async function buy(stage: ExchangeStage, client: StageClient, symbol: string): Promise<void> {
  const order = `35=D|11=${++orders}|55=${symbol}|54=1|38=100|40=2|44=${PRICES[symbol]}|59=1`
  const [report] = await stage.ask(client, `${order}|60=20261123-14:30:00`)
  expect(report).toContain('|150=0|')
}

async function nextDay(stage: ExchangeStage): Promise<void> {
  stage.clock.advance(TO_NEXT_DAY_MS)
  stage.exchange.tick()
  await stage.settle()
}

/** What was said since the last time: `session from`, and then each message in short. */
function said(stage: ExchangeStage): Record<string, string> {
  const sessions: Record<string, string> = {}
  for (const bytes of stage.packets.splice(0)) {
    const packet = readPacket(bytes)!
    eachMessage(packet, (sequence, view, at, length) => {
      const before = (sessions[packet.session] ??= `${sequence}:`)
      sessions[packet.session] = `${before} ${brief(decodeItch(view, at, length)!)}`
    })
  }
  return sessions
}

function brief(message: ItchMessage): string {
  if (message.type === 'S') return message.eventCode
  if (message.type === 'A') return `A${message.stock}`
  return 'stock' in message ? `${message.type}${message.stock}` : message.type
}

describe('two channels', () => {
  it('have the messages of their own instruments and all system events, each from number 1', async () => {
    const stage = aStage([undefined, ['MSFT']])
    const client = await logOn(stage)
    for (const symbol of ['AAPL', 'MSFT', 'AAPL']) await buy(stage, client, symbol)
    await nextDay(stage)

    expect(said(stage)).toEqual({
      '2611230070': '1: O RAAPL HAAPL S Q AAAPL AAAPL M E C',
      '2611230071': '1: O RMSFT HMSFT S Q AMSFT M E C',
      '2611240070': '1: O RAAPL HAAPL S Q AAAPL AAAPL',
      '2611240071': '1: O RMSFT HMSFT S Q AMSFT',
    })
    expect(stage.fatal).toEqual([])
  })

  it('each say heartbeats and the end of their own session', async () => {
    const stage = aStage([undefined, ['MSFT']])
    await buy(stage, await logOn(stage), 'AAPL')
    stage.packets.length = 0
    await stage.advance(1000)
    const idle = stage.packets
      .splice(0)
      .map((bytes) => `${readPacket(bytes)!.session} ${rangeOf(bytes)}`)
    await nextDay(stage)
    const ends = stage.packets.filter((bytes) => readPacket(bytes)!.kind === 'end-of-session')

    expect(idle).toEqual(['2611230070 heartbeat 7', '2611230071 heartbeat 6'])
    expect(ends.map((bytes) => `${readPacket(bytes)!.session} ${rangeOf(bytes)}`)).toEqual([
      ...Array<string>(3).fill('2611230070 end-of-session 10'),
      ...Array<string>(3).fill('2611230071 end-of-session 9'),
    ])
  })
})

describe('a configuration that is changed during the day', () => {
  it('moves an instrument with the next day, and not before', async () => {
    const stage = aStage([undefined, ['MSFT']])
    await buy(stage, await logOn(stage), 'MSFT')
    said(stage)
    stage.configureChannels([['MSFT'], undefined])
    stage.restart()
    const client = await logOn(stage)
    for (const symbol of TRADED) await buy(stage, client, symbol)
    const sameDay = said(stage)
    await nextDay(stage)

    expect(sameDay).toEqual({ '2611230070': '6: AAAPL', '2611230071': '7: AMSFT' })
    expect(said(stage)).toEqual({
      '2611230070': '7: M E C',
      '2611230071': '8: M E C',
      '2611240070': '1: O RMSFT HMSFT S Q AMSFT AMSFT',
      '2611240071': '1: O RAAPL HAAPL S Q AAAPL',
    })
    expect(stage.fatal).toEqual([])
  })

  it('begins a new channel with the system events of the day', async () => {
    const stage = aStage([undefined])
    await buy(stage, await logOn(stage), 'MSFT')
    said(stage)
    stage.configureChannels([undefined, ['MSFT']])
    stage.restart()
    await buy(stage, await logOn(stage), 'MSFT')
    const sameDay = said(stage)
    await nextDay(stage)

    expect(sameDay).toEqual({ '2611230070': '9: AMSFT' })
    expect(said(stage)).toEqual({
      '2611230070': '10: M E C',
      '2611230071': '4: M E C',
      '2611240070': '1: O RAAPL HAAPL S Q',
      '2611240071': '1: O RMSFT HMSFT S Q AMSFT AMSFT',
    })
  })

  it('leaves what is on a channel that is gone unsaid for the day, and changes no number', async () => {
    const stage = aStage([undefined, ['MSFT']])
    await buy(stage, await logOn(stage), 'MSFT')
    said(stage)
    stage.configureChannels([undefined])
    stage.restart()
    let client = await logOn(stage)
    for (const symbol of TRADED) await buy(stage, client, symbol)
    const without = said(stage)
    stage.configureChannels([undefined, ['MSFT']])
    stage.restart()
    client = await logOn(stage)
    for (const symbol of TRADED) await buy(stage, client, symbol)

    expect(without).toEqual({ '2611230070': '6: AAAPL' })
    // Number 7 was said to nobody; it can be asked for.
    expect(said(stage)).toEqual({ '2611230070': '7: AAAPL', '2611230071': '8: AMSFT' })
  })

  it('lists a new instrument on its channel at once', async () => {
    const stage = aStage([undefined, ['MSFT']])
    said(stage)
    const ibm = instruments.find(({ symbol }) => symbol === 'IBM')!
    stage.config = { ...stage.config, instruments: [...stage.config.instruments, ibm] }
    stage.configureChannels([undefined, ['MSFT', 'IBM']])
    stage.restart()

    expect(said(stage)).toEqual({ '2611230071': '6: RIBM HIBM' })
  })

  it('keeps an instrument that leaves it and comes back where it was', async () => {
    const stage = aStage([undefined, ['MSFT']])
    said(stage)
    const { instruments: both } = stage.config
    for (const [channels, listedNow] of [
      [[undefined, []], both.slice(0, 1)],
      [[['MSFT'], undefined], both],
    ] as const) {
      stage.config = { ...stage.config, instruments: listedNow }
      stage.configureChannels(channels)
      stage.restart()
    }

    expect(said(stage)).toEqual({ '2611230071': '6: RMSFT HMSFT RMSFT HMSFT' })
  })
})

/** By locate, the channels of an instrument on each of two days: one moves, and another. */
const MOVED = [
  [0, 1, 1],
  [1, 1, 0],
]
const ALL_ON_ONE = [
  [0, 0, 0],
  [0, 0, 0],
]

/** Two days of random orders as a channel says them. */
function twoDays(channels: readonly number[][], options: RecordedFeedOptions): RecordedFeed {
  const feed = new RecordedFeed(options)
  for (const [i, session] of ['261120ab10', '261121ab10'].entries()) {
    const events = new RecordBuffer(1 << 16)
    dayOpened(events, session)
    systemEvent(events, 'O')
    SYMBOLS.forEach((symbol, j) => listed(events, j + 1, symbol, channels[i]![j]))
    const day = new FeedDay()
    for (let step = 0; step < 300; step++) {
      day.step(events, [step * 7919, step * 104_729, step * 1_299_709])
    }
    endOfDay(events)
    feed.turn(events)
    feed.settle()
  }
  return feed
}

describe('the messages of two channels', () => {
  it('are those of one, each on one of them, in the same order', () => {
    const isOfAnInstrument = (hex: string): boolean => !hex.startsWith('53')
    const contents = (feed: RecordedFeed): string[] => [...messagesOf(feed.takePackets()).values()]
    const together = contents(twoDays(ALL_ON_ONE, {}))
    const parts = [0, 1].map((channel) => contents(twoDays(MOVED, { channel })))

    const left = parts.map((part) => [...part])
    for (const hex of together) {
      const takers = left.filter(([first]) => first === hex)
      expect(takers).toHaveLength(isOfAnInstrument(hex) ? 1 : 2)
      for (const taker of takers) taker.shift()
    }
    expect(left).toEqual([[], []])
  })

  it.each([0, 1])(
    'are sent again as they were, of both days, over a restart: channel %i',
    (channel) => {
      const feed = twoDays(MOVED, { channel, ringMessages: 64 })
      const shown = messagesOf(feed.takePackets())
      const sessions = ['261120ab1', '261121ab1'].map((day) => `${day}${channel}`)
      for (const asked of [feed, feed.restart()]) {
        for (const session of sessions) {
          for (let first = 1; shown.has(`${session} ${first}`); first += 20) {
            asked.request(first, 20, { session })
          }
        }
        asked.settle()
        expect(messagesOf(asked.answers.map(({ packet }) => packet))).toEqual(shown)
      }
    },
  )
})

describe('channels whose lines are behind', () => {
  /** Two channels on the journal of two days, and how many packets the lines of each take. */
  function twoChannels(rooms: readonly number[]) {
    const { journal } = twoDays(MOVED, {})
    const lines = rooms.map((room) => ({ room, send: () => undefined }))
    const publishers = lines.map((sender, channel) => {
      return new FeedPublisher({ sender, journal, channel })
    })
    const [first, second] = Array.from(journal.groups(), ({ eventsPosition }) => eventsPosition)
    return { lines, publishers, channels: new FeedChannels(publishers), first, second }
  }
  const someEvents = new RecordBuffer(64)
  systemEvent(someEvents, 'Q')

  it('are as far behind as the one that is furthest, and wait for nothing but their own', () => {
    const { lines, publishers, channels, first } = twoChannels([0, 100])
    channels.postpone(someEvents, first!)
    const states = [[channels.behindFrom, channels.canCatchUp]]
    channels.catchUp(0)
    states.push([channels.behindFrom, channels.canCatchUp])
    const without = publishers.map(({ session }) => session)
    lines[0]!.room = 100
    states.push([channels.behindFrom, channels.canCatchUp])
    channels.catchUp(0)
    states.push([channels.behindFrom, channels.canCatchUp])

    expect(states).toEqual([
      [first, true],
      [first, false],
      [first, true],
      [undefined, false],
    ])
    expect(without).toEqual(['', '261121ab11'])
    expect(publishers.map(({ session }) => session)).toEqual(['261121ab10', '261121ab11'])
  })

  it('catch up one an event-loop turn, the one that is furthest behind first', () => {
    const { publishers, channels, first, second } = twoChannels([100, 100])
    publishers[0]!.postpone(someEvents, second!)
    publishers[1]!.postpone(someEvents, first!)
    const behind = [publishers.map(({ behindFrom }) => behindFrom)]
    for (let turn = 0; turn < 2; turn++) {
      channels.catchUp(0)
      behind.push(publishers.map(({ behindFrom }) => behindFrom))
    }

    expect(behind).toEqual([
      [second, first],
      [second, undefined],
      [undefined, undefined],
    ])
  })
})
