/**
 * A back office on QuickFIX C++ with a drop-copy session: every copy passes QuickFIX's own dictionary, with
 * its own store it has each of them once, and what it missed it asks for by itself.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PROCESS_MS } from '../../support/running-exchange.ts'
import { field, fieldsOf, isReport } from '../fix-text.ts'
import type { QuickFixClient } from './quickfix-client.ts'
import { isQuickFixMissing, TradingFloor } from './trading-floor.ts'

/** In the order that QuickFIX gives fields in, which is not ours. */
const body = (message: string): string =>
  inOrder(
    message.split('|').filter((part) => !/^(8|9|10|34|43|49|52|56|115|122|797)=|^$/.test(part)),
  ).join('|')

const inOrder = (texts: readonly string[]): string[] =>
  [...texts].sort((a, b) => a.localeCompare(b))

describe.skipIf(isQuickFixMissing)('QuickFIX as a back office', { timeout: 3 * PROCESS_MS }, () => {
  let floor: TradingFloor
  let hooli: QuickFixClient
  let initech: QuickFixClient
  let office: QuickFixClient

  beforeAll(async () => {
    floor = await TradingFloor.open(['HOOLI', 'INITECH'], { offices: ['OFFICE'] })
    hooli = await floor.logOn('HOOLI')
    initech = await floor.logOn('INITECH')
    office = await floor.logOn('OFFICE')
  }, 2 * PROCESS_MS)

  afterAll(() => floor.close())

  /** What both traders were told of orders, in the order of ExecIDs; refusals of cancels at the end. */
  function told(): string[] {
    const messages = [...hooli.told, ...initech.told].filter(isReport)
    const execIdOf = (message: string): number => Number(field(message, 17) ?? Infinity)
    return messages.sort((a, b) => execIdOf(a) - execIdOf(b))
  }

  it('is told what the traders were told', async () => {
    hooli.say('buy B1 AAPL 60 182.00')
    hooli.say('cancel X1 NEVER buy AAPL')
    await hooli.settle()
    initech.say('sell S1 AAPL 20 182.00')
    initech.say('sell S2 AAPL 20 182.005')
    initech.say('sell S3 NOWHERE 20 182.00')
    await initech.settle()
    hooli.say('replace B2 B1 buy AAPL 70 181.90')
    hooli.say('mass-cancel M1')
    await hooli.settle()
    const expected = told()
    await office.waitFor(() => office.told.length >= expected.length)

    expect(inOrder(office.told.map(body))).toEqual(inOrder(expected.map(body)))
    expect(expected.length).toBe(9)
    const asCopied = (message: string): string => {
      const [msgType, to] = fieldsOf(message, 35, 56)
      return `${msgType} ${to} ${msgType === '8' ? 'Y' : undefined}`
    }
    expect(
      inOrder(office.told.map((copy) => fieldsOf(copy, 35, 115, 797).map(String).join(' '))),
    ).toEqual(inOrder(expected.map(asCopied)))
  })

  it('is told by its own store what happened while it was away, once', async () => {
    office.say('logout')
    await office.loggedOut()
    const before = office.told.length
    hooli.say('buy B3 AAPL 10 182.00')
    hooli.say('buy B4 AAPL 10 182.00')
    await hooli.settle()
    office.say('logon')
    await office.loggedOn()
    await office.waitFor(() => office.told.length >= before + 2)

    expect(office.told.slice(before).map((copy) => fieldsOf(copy, 11, 150, 115))).toEqual([
      ['B3', '0', 'HOOLI'],
      ['B4', '0', 'HOOLI'],
    ])
  })

  it('asks for everything again when it has lost its count, and is told the same', async () => {
    const before = office.told.slice()
    office.say('next-target 1')
    office.say('test again')
    await office.waitFor(() => office.told.length >= 2 * before.length)

    expect(office.told.slice(before.length).map(body)).toEqual(before.map(body))
  })

  it('is told how the open orders stand', async () => {
    const before = office.told.length
    office.say('mass-status ALL')
    await office.waitFor(() => office.told.length >= before + 2)

    expect(office.told.slice(before).map((copy) => fieldsOf(copy, 150, 11, 115, 911, 912))).toEqual(
      [
        ['I', 'B3', 'HOOLI', '2', undefined],
        ['I', 'B4', 'HOOLI', '2', 'Y'],
      ],
    )
  })

  it('and finds no fault with any copy', () => {
    expect(floor.faults()).toEqual({ quickFix: [], ours: [], logged: [] })
  })
})
