import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { PlayOptions } from '../../src/client/index.ts'
import { MarketView, RecordingPlayer } from '../../src/client/index.ts'
import { decodeItch, writeRequest } from '../../src/wire/index.ts'
import type { CapturedPacket } from '../support/recordings.ts'
import {
  EPOCH_SECONDS,
  FEED_MESSAGES,
  SESSION,
  binaryFileOf,
  bothLines,
  feedPackets,
  pcapOf,
} from '../support/recordings.ts'

const folder = mkdtempSync(join(tmpdir(), 'recordings-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** Start of the day, A, E, D, end of the day, End of Session. */
const packets = feedPackets()
const [opening, added, executed, deleted] = packets as [
  Uint8Array,
  Uint8Array,
  Uint8Array,
  Uint8Array,
]

/** What a listener is told: numbers of messages, and everything else in words. */
async function play(name: string, bytes: Uint8Array, options: PlayOptions = {}) {
  const path = join(folder, name)
  writeFileSync(path, bytes)
  const told: (number | string)[] = []
  const market = new MarketView()
  const player = await RecordingPlayer.open(path, {
    sessionStarted: (session) => told.push(`session ${session}`),
    message(sequence, view, at, length) {
      told.push(sequence)
      market.apply(decodeItch(view, at, length)!)
    },
    gapOpened: ({ first, last }) => told.push(`gap ${first}-${last}`),
    messagesLost: ({ first, last }) => told.push(`lost ${first}-${last}`),
    sessionEnded: (session) => told.push(`end of ${session}`),
  })
  const error = await player.play(options).then(
    () => undefined,
    (caught: unknown) => String(caught).replaceAll(`${folder}/`, ''),
  )
  return { player, told, market, error }
}

const numbers = (first: number, last: number): number[] =>
  Array.from({ length: last - first + 1 }, (_, i) => first + i)

const all = numbers(1, FEED_MESSAGES)

describe('a pcap file that is played', () => {
  it('tells each message once, of whichever line', async () => {
    const { player, told, market } = await play('both.pcap', pcapOf(bothLines(packets)))

    expect(told).toEqual([`session ${SESSION}`, ...all, `end of ${SESSION}`])
    expect(market.systemEvent).toBe('C')
    expect(market.book('AAPL')!.tape).toHaveLength(1)
    expect(player.complete).toBe(true)
    expect(player.feed.statistics).toMatchObject({ messages: 15, duplicates: 15, lost: 0 })
    expect(player.capture).toEqual({ packets: 12, datagrams: 12, skipped: 0, malformed: 0 })
  })

  it('waits for the other line as long as it may have been captured later', async () => {
    const { told } = await play(
      'late.pcap',
      pcapOf([
        { payload: opening, atMs: 0 },
        { payload: executed, line: 0, atMs: 1 },
        { payload: added, line: 1, atMs: 99 },
        { payload: deleted, atMs: 200 },
      ]),
    )

    expect(told).toEqual([`session ${SESSION}`, ...numbers(1, 12)])
  })

  it('gives up what neither line brought, in its place in time', async () => {
    const { told, player } = await play(
      'hole.pcap',
      pcapOf([
        { payload: opening, atMs: 0 },
        { payload: executed, atMs: 1 },
        { payload: deleted, atMs: 200 },
        { payload: added, line: 1, atMs: 201 },
      ]),
    )

    const lost = ['gap 10-10', 'lost 10-10']
    expect(told).toEqual([`session ${SESSION}`, ...numbers(1, 9), ...lost, 11, 12])
    expect(player.complete).toBe(false)
  })

  it('gives up at its end what came behind a hole', async () => {
    const { told } = await play(
      'open.pcap',
      pcapOf([
        { payload: opening, atMs: 0 },
        { payload: executed, atMs: 1 },
      ]),
    )

    expect(told.slice(-3)).toEqual(['gap 10-10', 'lost 10-10', 11])
  })

  it('leaves out the requests that were captured with the lines', async () => {
    const request = writeRequest({ session: SESSION, sequenceNumber: 1, messageCount: 9 })
    const { told, player } = await play(
      'request.pcap',
      pcapOf([
        { payload: opening, atMs: 0 },
        { payload: request, atMs: 1 },
        { payload: added, atMs: 2 },
      ]),
    )

    expect(told).toEqual([`session ${SESSION}`, ...numbers(1, 10)])
    expect(player.feed.statistics).toMatchObject({ packets: 2, malformed: 0 })
  })

  it('has a clock that does not go back where the capture does', async () => {
    const times: number[] = []
    const captured: CapturedPacket[] = [
      { payload: opening, atMs: 5 },
      { payload: added, atMs: 3 },
      { payload: executed, atMs: 8 },
    ]
    await play('back.pcap', pcapOf(captured), {
      pace: (timeMs) => void times.push(timeMs - EPOCH_SECONDS * 1000),
    })

    expect(times).toEqual([5, 5, 8])
  })

  it('that is cut off tells what stands before', async () => {
    const { told, error } = await play(
      'cut.pcap',
      pcapOf(bothLines(packets.slice(0, 5))).slice(0, -1),
    )

    expect(told).toEqual([`session ${SESSION}`, ...all])
    expect(error).toMatch(/^ExchangeError: cut.pcap: packet 10 is cut off, offset \d+$/)
  })
})

describe('a BinaryFILE that is played', () => {
  it('tells its messages with their times', async () => {
    const times: number[] = []
    const { told, player } = await play('day.itch', binaryFileOf(packets), {
      pace: (timeMs) => void times.push(timeMs),
    })

    expect(told).toEqual(['session ', ...all, 'end of '])
    expect(new Set(times)).toEqual(new Set([34_200_000.000001]))
    expect([times.length, player.complete, player.capture]).toEqual([15, true, undefined])
  })

  it('without its end is played to where it ends', async () => {
    const { told, player } = await play('day.bin', binaryFileOf(packets).slice(0, -2))

    expect([told, player.complete]).toEqual([['session ', ...all], false])
  })

  it('is read in pieces, and told how far', async () => {
    const message = binaryFileOf([added]).slice(0, -2)
    const bytes = new Uint8Array(message.length * 20_000)
    for (let at = 0; at < bytes.length; at += message.length) bytes.set(message, at)
    const parts: number[] = []
    const { player } = await play('long.itch', bytes, { onProgress: (part) => parts.push(part) })

    expect(player.feed.statistics.messages).toBe(20_000)
    expect(parts).toEqual([...parts].toSorted((one, other) => one - other))
    expect([parts.length, parts.at(-1)]).toEqual([3, 1])
  })

  it('stops when it is told to, before the next message', async () => {
    const over = new AbortController()
    let left = 4
    const { told } = await play('stop.itch', binaryFileOf(packets), {
      pace: () => {
        if (left-- === 0) over.abort()
        return undefined
      },
      signal: over.signal,
    })

    expect(told).toEqual(['session ', 1, 2, 3, 4])
  })

  it('waits for what the pace asks for', async () => {
    const order: string[] = []
    await play('wait.itch', binaryFileOf([added]), {
      pace: async () => {
        order.push('before')
        await Promise.resolve()
        order.push('after')
      },
      onProgress: () => order.push('played'),
    })

    expect(order).toEqual(['before', 'after', 'played'])
  })
})

describe('a recording', () => {
  it('that is not there is an error that names it', async () => {
    const listener = {
      sessionStarted() {},
      message() {},
      gapOpened() {},
      messagesLost() {},
      sessionEnded() {},
    }

    await expect(RecordingPlayer.open('/nowhere/day.pcap', listener)).rejects.toThrow(
      '/nowhere/day.pcap: ENOENT',
    )
  })
})
