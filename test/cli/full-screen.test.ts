/** What a terminal receives: changed lines only, and at the end everything back as it was. */
import { PassThrough } from 'node:stream'
import type { ReadStream, WriteStream } from 'node:tty'
import { beforeEach, describe, expect, it } from 'vitest'
import { FullScreen } from '../../src/cli/full-screen.ts'

let written: string
let isRaw: boolean
let keys: string[]
let input: PassThrough
let output: PassThrough
let screen: FullScreen

beforeEach(() => {
  written = ''
  isRaw = false
  keys = []
  const setRawMode = (raw: boolean) => (isRaw = raw)
  input = Object.assign(new PassThrough(), { isTTY: true, setRawMode })
  output = Object.assign(new PassThrough(), { isTTY: true, columns: 10, rows: 3 })
  output.on('data', (chunk) => (written += String(chunk)))
  const terminal = {
    output: output as unknown as WriteStream,
    input: input as unknown as ReadStream,
  }
  screen = new FullScreen(terminal, (key) => keys.push(key))
  screen.open()
})

/** What was written since the last time. */
function taken(): string {
  const text = written
  written = ''
  return text
}

describe('a full screen', () => {
  it('writes the lines that changed and no others', () => {
    screen.draw(['one', 'two', 'three', 'beyond the last row'])
    taken()
    screen.draw(['one', '2', 'three'])

    expect(taken()).toBe('\x1b[?2026h\x1b[2;1H\x1b[K2\x1b[?2026l')
    screen.draw(['one', '2', 'three'])
    expect(taken()).toBe('')
  })

  it('draws everything again after the terminal changed its size', () => {
    screen.draw(['one', 'two'])
    taken()
    output.emit('resize')
    screen.draw(['one', 'two'])

    expect(taken()).toContain('\x1b[2J\x1b[?2026h\x1b[1;1H\x1b[Kone\x1b[2;1H\x1b[Ktwo')
  })

  it('passes keys on while it is open', () => {
    input.write('\x1b[C')
    input.write('q')

    expect(keys).toEqual(['\x1b[C', 'q'])
  })

  it('gives cursor, screen and keyboard back, once, however it ends', () => {
    const exits = process.listenerCount('exit')
    expect(isRaw).toBe(true)
    taken()
    screen.close()
    screen.close()
    screen.draw(['too late'])

    expect([taken(), isRaw]).toEqual(['\x1b[?25h\x1b[?1049l', false])
    expect(process.listenerCount('exit')).toBe(exits - 1)
  })
})
