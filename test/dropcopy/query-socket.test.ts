/** Questions through the reader's socket. */
import { once } from 'node:events'
import { rmSync, statSync } from 'node:fs'
import { createConnection } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { ErrorCode, ExchangeError } from '../../src/runtime/index.ts'
import { connectToReader, listenForQuestions } from '../../src/dropcopy/query-socket.ts'
import { scratchDirectory } from './support/scratch.ts'

let dataDir: string
beforeEach(() => {
  dataDir = scratchDirectory()
})
afterEach(() => rmSync(dataDir, { recursive: true, force: true }))

it('brings large answers whole and in order, listening for the socket once at a time', async () => {
  const rows = Array.from({ length: 30_000 }, (_, i) => ({ exec_id: i, text: 'x'.repeat(200) }))
  const warnings: Error[] = []
  const warned = (warning: Error): void => void warnings.push(warning)
  process.on('warning', warned)
  const server = await listenForQuestions(dataDir, () => Promise.resolve(rows))
  const reader = await connectToReader(dataDir)

  expect(await reader!.ask({ ask: 'status' })).toEqual(rows)
  expect(await reader!.ask({ ask: 'status' })).toEqual(rows)

  reader!.close()
  server.close()
  process.off('warning', warned)
  expect(warnings).toEqual([])
})

it('brings the reader’s error with its code', async () => {
  const server = await listenForQuestions(dataDir, () =>
    Promise.reject(new ExchangeError(ErrorCode.JournalMismatch, 'other history')),
  )
  const reader = await connectToReader(dataDir)

  await expect(reader!.ask({ ask: 'applied' })).rejects.toMatchObject({
    code: ErrorCode.JournalMismatch,
    message: 'other history',
  })
  reader!.close()
  server.close()
})

it('says so when the server stops in the middle of an answer', async () => {
  const server = await listenForQuestions(dataDir, () => new Promise(() => {}))
  const connected = new Promise<void>((resolve) => {
    server.once('connection', (socket) => {
      socket.once('data', () => socket.destroy())
      resolve()
    })
  })
  const reader = await connectToReader(dataDir)
  await connected

  await expect(reader!.ask({ ask: 'applied' })).rejects.toThrow(
    'the server stopped while it answered',
  )
  server.close()
})

it('goes on answering others when one leaves in the middle of its answer', async () => {
  const rows = Array.from({ length: 5_000 }, () => ({ text: 'x'.repeat(1_000) }))
  const server = await listenForQuestions(dataDir, () => Promise.resolve(rows))
  const stays = await connectToReader(dataDir)
  for (let i = 0; i < 20; i++) {
    const leaves = createConnection(join(dataDir, 'dropcopy.sock'))
    leaves.write('{"ask":"status"}\n')
    await once(leaves, 'readable')
    leaves.destroy()
  }

  expect(await stays!.ask({ ask: 'status' })).toEqual(rows)
  stays!.close()
  server.close()
})

it('is for the owner of the directory only', async () => {
  const server = await listenForQuestions(dataDir, () => Promise.resolve([]))

  expect(statSync(join(dataDir, 'dropcopy.sock')).mode & 0o777).toBe(0o600)
  server.close()
})

it('is not there when no reader runs', async () => {
  expect(await connectToReader(dataDir)).toBeUndefined()
})
