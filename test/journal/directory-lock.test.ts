import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DirectoryLock } from '../../src/journal/index.ts'
import { ErrorCode } from '../../src/runtime/index.ts'

const MODULE = join(import.meta.dirname, '../../src/journal/directory-lock.ts')

let directory = ''
let path = ''

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'buttonwood-lock-'))
  path = join(directory, 'lock')
})

afterEach(() => rmSync(directory, { recursive: true }))

const isLocked = expect.objectContaining({ code: ErrorCode.DirectoryLocked })

/** A process that takes the lock, says so, and holds it until it is killed. */
async function holder() {
  const program = `
    const { DirectoryLock } = await import(process.argv[1])
    try { DirectoryLock.acquire(process.argv[2]); console.log('held') } catch (error) { console.log(error.code) }
    setInterval(() => {}, 1000)`
  const args = ['--import', 'tsx', '--input-type=module', '-e', program, MODULE, path]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const [answer] = (await once(child.stdout, 'data')) as [Buffer]
  const end = async () => {
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
  return { pid: child.pid!, answer: String(answer).trim(), end }
}

describe('DirectoryLock', () => {
  it('keeps another process out, says which one has it, and is free when that is killed', async () => {
    const first = await holder()
    expect(first.answer).toBe('held')
    const since = statSync(path).mtime.toISOString()
    expect(() => DirectoryLock.acquire(path)).toThrow(
      expect.objectContaining({
        code: ErrorCode.DirectoryLocked,
        message: `${path}: process ${first.pid} holds the directory since ${since}; stop it first, or use another directory`,
      }),
    )
    await first.end()

    const lock = DirectoryLock.acquire(path)
    const second = await holder()
    expect(second.answer).toBe(ErrorCode.DirectoryLocked)
    await second.end()
    lock.release()
    expect(readdirSync(directory)).toEqual(['lock.stale'])
  })

  it('keeps the same process out too, until it is given back', () => {
    const lock = DirectoryLock.acquire(path)
    expect(() => DirectoryLock.acquire(path)).toThrow(isLocked)
    lock.release()
    DirectoryLock.acquire(path).release()
    expect(readdirSync(directory)).toEqual([])
  })

  const own = () => {
    const lock = DirectoryLock.acquire(path)
    const content = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>
    lock.release()
    return content
  }

  it.each([
    [
      'of a process with our number that started at another time',
      () => ({ ...own(), startTime: '1' }),
    ],
    ['from before the machine was started', () => ({ ...own(), bootId: 'earlier' })],
    ['of a process that is gone', () => ({ ...own(), pid: spawnSync('true').pid })],
    ['without sense', () => ({ pid: 'x' })],
  ])('takes over a lock %s', (_, content) => {
    writeFileSync(path, JSON.stringify(content()))
    const lock = DirectoryLock.acquire(path)
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ pid: process.pid })
    lock.release()
  })

  it('takes over an empty lock, as a power cut leaves it', () => {
    writeFileSync(path, '')
    DirectoryLock.acquire(path).release()
    expect(readdirSync(directory)).toEqual(['lock.stale'])
  })

  it('takes over after a process that died while it was taking over', () => {
    const gone = JSON.stringify({ ...own(), startTime: '1' })
    writeFileSync(path, gone)
    writeFileSync(`${path}.takeover`, gone)
    DirectoryLock.acquire(path).release()
    expect(readdirSync(directory).sort()).toEqual(['lock.stale', 'lock.takeover.stale'])
  })

  it('waits for a process that is taking over and then gives up', () => {
    const living = JSON.stringify(own())
    writeFileSync(path, '')
    writeFileSync(`${path}.takeover`, living)
    expect(() => DirectoryLock.acquire(path)).toThrow('other processes are taking over')
    expect(readFileSync(path, 'utf8')).toBe('')
  })

  it('leaves alone what another has put in its place', () => {
    const lock = DirectoryLock.acquire(path)
    writeFileSync(path, 'another')
    lock.release()
    expect(readFileSync(path, 'utf8')).toBe('another')
  })

  it('lets exactly one of many processes take over a stale lock', async () => {
    writeFileSync(path, JSON.stringify({ ...own(), startTime: '1' }))
    const all = await Promise.all(Array.from({ length: 4 }, holder))
    const answers = all.map(({ answer }) => answer).sort()
    expect(answers).toEqual([...Array.from({ length: 3 }, () => ErrorCode.DirectoryLocked), 'held'])
    await Promise.all(all.map(({ end }) => end()))
  })

  it('says what is wrong when the directory is not there', () => {
    expect(() => DirectoryLock.acquire(join(directory, 'missing/lock'))).toThrow(isLocked)
  })
})
