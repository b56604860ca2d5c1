/** The market-wide breaker as outsiders see it: FIX and feed, and a crash in the middle of its halt. */
import { expect, it } from 'vitest'
import type { ItchMessage } from '../src/wire/index.ts'
import { decodeItch, eachMessage, readPacket } from '../src/wire/index.ts'
import type { StageClient } from './support/exchange-stage.ts'
import { ExchangeStage } from './support/exchange-stage.ts'

const RULE = { levels: [700, 1_300, 2_000], pauseSeconds: 60, index: ['AAPL'] }
/** 7 % below the reference price of AAPL, 182.50. */
const LEVEL = '169.72'

/** Messages of the feed since the last time, as many words as tell these apart. */
function fed(stage: ExchangeStage): string[] {
  const told: string[] = []
  for (const bytes of stage.packets.splice(0)) {
    eachMessage(readPacket(bytes)!, (_, view, at, length) => {
      const words = wordsOf(decodeItch(view, at, length)!)
      if (words !== undefined) told.push(words)
    })
  }
  return told
}

function wordsOf(message: ItchMessage): string | undefined {
  if (message.type === 'V') return `V ${message.level1} ${message.level2} ${message.level3}`
  if (message.type === 'W') return `W ${message.breachedLevel}`
  return message.type === 'H' ? `H ${message.stock} ${message.reason}` : undefined
}

const SYMBOLS = ['AAPL', 'AMZN', 'IBM', 'MSFT', 'NVDA']

async function logOn(stage: ExchangeStage, compId: string, next: number): Promise<StageClient> {
  const client = stage.connect(compId)
  client.next = next
  await stage.ask(client, '35=A|98=0|108=30')
  return client
}

it('halts the market at a level, and a restart goes on with it', async () => {
  const stage = new ExchangeStage({
    sessions: [{ senderCompId: 'ACME' }, { senderCompId: 'GLOBEX' }],
    market: { breaker: RULE },
  })
  const acme = await logOn(stage, 'ACME', 1)
  expect(fed(stage)).toEqual([
    ...SYMBOLS.map((symbol) => `H ${symbol} `),
    'V 16972500000 15877500000 14600000000',
  ])
  const globex = await logOn(stage, 'GLOBEX', 1)
  await stage.ask(acme, '35=g|335=T1|263=1')
  await stage.ask(acme, '35=e|324=S1|55=MSFT|263=1')
  const terms = `55=AAPL|60=20261123-14:30:00|38=1|40=2|44=${LEVEL}`
  await stage.ask(globex, `35=D|11=B1|54=1|${terms}`)
  await stage.ask(globex, `35=D|11=S1|54=2|${terms}`)

  expect(fed(stage)).toEqual(['W 1', ...SYMBOLS.map((symbol) => `H ${symbol} MWC1`)])
  const day = '336=DAY|325=Y'
  const halted = '340=1|344=20261124-05:00:00.000|58=Market-wide circuit breaker, level 1'
  expect(acme.hear().map((answer) => answer.replace(/^\d+: /, ''))).toEqual([
    `35=h|335=T1|${day}|${halted}`,
    `35=f|324=S1|55=MSFT|15=USD|${day}|326=2|58=MWC1`,
  ])

  stage.restart()
  const again = await logOn(stage, 'ACME', 4)
  expect(await stage.ask(again, '35=g|335=T2|263=1')).toEqual([
    `35=h|335=T2|336=DAY|325=N|${halted}`,
  ])
  await stage.advance(61_000)
  expect(fed(stage)).toEqual(SYMBOLS.map((symbol) => `H ${symbol} MWCQ`))
  expect(again.hear().filter((answer) => answer.includes('35=h'))).toEqual([
    expect.stringContaining(`35=h|335=T2|${day}|340=2|344=20261124-05:00:00.000`),
  ])
})
