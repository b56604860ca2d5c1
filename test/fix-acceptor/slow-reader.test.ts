/** A counterparty that does not read: its cursor lags, its connection ends, nothing is lost. */
import { describe, expect, it } from 'vitest'
import { ExchangeStage } from '../support/exchange-stage.ts'

const LOGON = '35=A|98=0|108=60'
const order = (clOrdId: string) =>
  `35=D|11=${clOrdId}|55=AAPL|54=1|38=100|40=2|44=182.50|60=20261123-14:30:00`

describe('a counterparty that stops reading', () => {
  it('is disconnected, loses its orders where its session says so, and is told everything later', async () => {
    const stage = new ExchangeStage({
      sessions: [{ senderCompId: 'ACME', cancelOnDisconnect: 'disconnect' }],
    })
    const client = stage.connect('ACME', { kernelBytes: 200 })
    client.say(LOGON)
    await stage.settle()
    expect(client.hear()).toEqual(['1: 35=A|98=0|108=60'])
    client.say(order('A1'), order('A2'), order('A3'))
    await stage.settle()

    await stage.advance(9_900)
    expect(client.line.isOver).toBe(false)
    await stage.advance(200)
    expect(client.line.isOver || client.line.toClientBytes > 0).toBe(true)
    expect(stage.exchange.acceptor.sessionCount).toBe(0)

    const again = stage.connect('ACME')
    again.next = client.next
    again.say(LOGON, '35=2|7=2|16=0')
    await stage.settle()
    const told = again.hear().map((text) => {
      const [, number, msgType] = /^(\d+): 35=(.)/.exec(text)!
      return `${number} ${msgType} ${text.match(/\|(11|150)=\w+/g)?.join('') ?? ''}`
    })
    expect(told).toEqual([
      '8 A ',
      '2 8 |11=A1|150=0',
      '3 8 |11=A2|150=0',
      '4 8 |11=A3|150=0',
      '5 8 |11=A1|150=4',
      '6 8 |11=A2|150=4',
      '7 8 |11=A3|150=4',
      '8 4 ',
    ])
  })

  it('that reads slowly but steadily stays', async () => {
    const stage = new ExchangeStage()
    const client = stage.connect('ACME', { kernelBytes: 2_000 })
    client.say(LOGON)
    client.say(...Array.from({ length: 1000 }, (_, i) => order(`A${i}`)))
    await stage.settle()

    let heard = 0
    for (let seconds = 0; seconds < 60 && heard < 1001; seconds += 2) {
      for (let i = 0; i < 20; i++) {
        heard += client.hear(2_000).length
        await stage.settle()
      }
      await stage.advance(2_000)
    }
    expect(heard).toBe(1001)
  })
})
