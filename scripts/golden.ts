/**
 * Records the golden journal of a version that is about to be released: `npm run build`, then
 * `npx tsx scripts/golden.ts` writes test/golden/journal-VERSION. test/golden/golden.test.ts holds every
 * later version to it; test/golden/README.md.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { GoldenClient } from '../test/golden/golden-client.ts'
import { beginNextDay, goldenFolder } from '../test/golden/golden-folder.ts'
import { makeOnceIn } from '../test/support/made-once.ts'
import type { ExchangeFolder, ServedExchange } from '../test/support/running-exchange.ts'
import { verifyJournal } from '../src/verify-journal.ts'

const SESSIONS = ['ACME', 'GLOBEX', 'INITECH', 'HOOLI']
/** Monday, 5 January 2026: the first day ends while the exchange runs, the third begins with a start. */
const FIRST_START_MS = Date.UTC(2026, 0, 5, 23, 59, 40)
const SECOND_START_MS = Date.UTC(2026, 0, 7, 14, 30, 0)
const SEGMENT = '00000001.log'

const realNow = Date.now.bind(Date)
const clients = new Map(SESSIONS.map((compId) => [compId, new GoldenClient(compId)]))
let exchange: ServedExchange
let stateHash: unknown

async function main(): Promise<void> {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }
  const scratch = mkdtempSync(join(tmpdir(), 'buttonwood-golden-'))
  makeOnceIn(scratch)
  const folder = await goldenFolder()
  try {
    await start(folder, FIRST_START_MS)
    for (const line of readFileSync('test/golden/exchange-days.txt', 'utf8').split('\n')) {
      if (line !== '' && !line.startsWith('#')) await play(line, folder)
    }
    await stop()
    keep(folder, `test/golden/journal-${version.split('.').slice(0, 2).join('.')}`)
  } finally {
    folder.remove()
    rmSync(scratch, { recursive: true })
  }
}

async function play(line: string, folder: ExchangeFolder): Promise<void> {
  const [, name = '', text = ''] = /^([A-Z]+)> (.*)$/.exec(line) ?? []
  if (name !== '') return clients.get(name)!.say(text)

  const [who = '', verb = '', ...rest] = line.split(' ')
  const client = clients.get(who)
  const port = exchange.ports.fix
  if (line === 'settle') await settle()
  else if (line === 'restart') {
    await stop()
    beginNextDay(folder)
    await start(folder, SECOND_START_MS)
  } else if (line === 'all connect') for (const one of clients.values()) await one.logOn(port)
  else if (verb === 'connect') await client!.logOn(port)
  else if (verb === 'reset') await client!.logOn(port, '141=Y')
  else if (verb === 'drop') await client!.drop()
  else if (verb === 'logout') await client!.logOut()
  else if (verb === 'hears') await hears(client!, rest)
  else throw new Error(`golden: cannot be played: ${line}`)
}

async function settle(): Promise<void> {
  for (const client of clients.values()) if (client.isConnected) await client.settle()
}

/** Waits for a message with these fields. */
async function hears(client: GoldenClient, fields: readonly string[]): Promise<void> {
  const isThere = () =>
    [...client.told.values()].some((body) =>
      fields.every((field) => `|${body}|`.includes(`|${field}|`)),
    )
  while (!isThere()) {
    await new Promise((resolve) => setTimeout(resolve, 200))
    await client.settle()
  }
}

/** Starts the built server at another time, and lets this process have the same. */
async function start(folder: ExchangeFolder, atMs: number): Promise<void> {
  const offsetMs = atMs - realNow()
  Date.now = () => realNow() + offsetMs
  const hook = `const{now}=Date;Date.now=()=>now.call(Date)+(${offsetMs})`
  const options = `--import=data:text/javascript,${encodeURIComponent(hook)}`
  exchange = folder.launch({ bin: ['dist/cli/bin.js'], env: { NODE_OPTIONS: options } })
  await exchange.untilReady()
}

async function stop(): Promise<void> {
  for (const client of clients.values()) if (client.isConnected) await client.drop()
  const { exitCode } = await exchange.stop()
  if (exitCode !== 0) throw new Error(`golden: serve ended with ${exitCode}`)
  stateHash = exchange.log.find(({ msg }) => msg === 'stopped')!['stateHash']
}

function keep(folder: ExchangeFolder, directory: string): void {
  const journal = join(folder.dataDir, 'journal')
  const { groups, commands, events, stateHash: verified } = verifyJournal(folder.dataDir)
  if (verified !== stateHash) throw new Error('golden: the journal has another state')
  mkdirSync(directory)
  writeFileSync(join(directory, `${SEGMENT}.gz`), gzipSync(readFileSync(join(journal, SEGMENT))))
  const facts = { stateHash, groups, commands, events, next: nextNumbers() }
  writeFileSync(join(directory, 'facts.json'), `${JSON.stringify(facts, null, 2)}\n`)
  for (const { compId, told } of clients.values()) {
    const lines = [...told].map(([number, body]) => `${number} ${body}\n`)
    writeFileSync(join(directory, `${compId}.txt`), lines.join(''))
  }
  console.log(`golden: ${directory}`, facts)
}

/** MsgSeqNum(34) of each session's next Logon. */
function nextNumbers(): Record<string, number> {
  return Object.fromEntries([...clients].map(([compId, client]) => [compId, client.nextMsgSeqNum]))
}

await main()
