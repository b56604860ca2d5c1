/** What the exchange writes into its message log: everything that passed, in the order in which it did. */
import { describe, expect, it } from 'vitest'
import { ExchangeStage } from '../support/exchange-stage.ts'
import { MemoryLogDisk } from '../support/memory-log-disk.ts'

const LOGON = '35=A|98=0|108=60'
const order = (clOrdId: string, side: number) =>
  `35=D|11=${clOrdId}|55=AAPL|54=${side}|38=100|40=2|44=182.50|60=20261123-14:30:00`

const stageWith = (logDisk: MemoryLogDisk) =>
  new ExchangeStage({
    sessions: [{ senderCompId: 'ACME', password: 'plain:acme' }, { senderCompId: 'GLOBEX' }],
    logDisk,
  })

/** What a report is told by; the others have tests of their own. */
const LEFT_OUT = [8, 9, 10, 49, 56, 52, 60, 1, 40, 59, 198, 6, 30, 851].join('|')

/** Every line of all files by its time, without frame, CompIDs and what a report has besides. */
function story(disk: MemoryLogDisk): string[] {
  const lines = [...disk.files.keys()].flatMap((name) =>
    disk.lines(name).map((line) => `${line.slice(0, 30)} ${name} ${line.slice(31)}`),
  )
  const leftOut = new RegExp(`(?<=[ |])(${LEFT_OUT})=.*?\\|`, 'g')
  return lines.sort().map((line) => line.slice(31).replace(leftOut, ''))
}

describe('the message log of an exchange', () => {
  it('has what each session said and heard, in the order in which it happened', async () => {
    const disk = new MemoryLogDisk()
    const stage = stageWith(disk)
    const acme = stage.connect('ACME', { from: '10.0.0.7' })
    acme.say(`${LOGON}|554=acme`)
    await stage.settle()
    const globex = stage.connect('GLOBEX')
    globex.say(LOGON)
    await stage.settle()
    acme.say(order('A1', 1))
    await stage.settle()
    globex.say(order('B1', 2))
    globex.line.send(Buffer.from('8=FIX.4.4\u00019=5\u000135=0\u000110=000\u0001'))
    await stage.settle()
    globex.say('35=2|7=2|16=2', '35=5')
    await stage.settle()
    globex.line.hangUp()
    await stage.settle()
    acme.line.break()
    await stage.advance(100)
    await stage.exchange.messageLog!.close()

    expect(story(disk)).toEqual([
      'ACME.log # connected from 10.0.0.7',
      'ACME.log < 35=A|34=1|98=0|108=60|554=[hidden]|',
      'ACME.log > 35=A|34=1|98=0|108=60|',
      'GLOBEX.log # connected from 127.0.0.1',
      'GLOBEX.log < 35=A|34=1|98=0|108=60|',
      'GLOBEX.log > 35=A|34=1|98=0|108=60|',
      'ACME.log < 35=D|34=2|11=A1|55=AAPL|54=1|38=100|44=182.50|',
      'ACME.log > 35=8|34=2|37=1|11=A1|17=1|150=0|39=0|55=AAPL|54=1|38=100|44=182.5|151=100|14=0|',
      'GLOBEX.log < 35=D|34=2|11=B1|55=AAPL|54=2|38=100|44=182.50|',
      'GLOBEX.log ! CheckSum(10) is wrong: 35=0|',
      'GLOBEX.log > 35=8|34=2|37=2|11=B1|17=2|150=0|39=0|55=AAPL|54=2|38=100|44=182.5|151=100|14=0|',
      'ACME.log > 35=8|34=3|37=1|11=A1|17=3|150=F|39=2|55=AAPL|54=1|38=100|44=182.5|32=100|31=182.5|527=1|151=0|14=100|',
      'GLOBEX.log > 35=8|34=3|37=2|11=B1|17=4|150=F|39=2|55=AAPL|54=2|38=100|44=182.5|32=100|31=182.5|527=1|151=0|14=100|',
      'GLOBEX.log < 35=2|34=3|7=2|16=2|',
      'GLOBEX.log < 35=5|34=4|',
      'GLOBEX.log > 35=8|34=2|43=Y|122=20261123-14:30:00.000|37=2|11=B1|17=2|150=0|39=0|55=AAPL|54=2|38=100|44=182.5|151=100|14=0|',
      'GLOBEX.log > 35=5|34=4|',
      'GLOBEX.log # disconnected: closed by the counterparty',
      'ACME.log # disconnected: ECONNRESET: injected',
    ])
  })

  it('keeps apart what came from nobody, and says why it was refused', async () => {
    const disk = new MemoryLogDisk()
    const stage = stageWith(disk)
    stage.connect('ACME', { from: '10.0.0.8' }).say(`${LOGON}|554=wrong`)
    await stage.settle()
    stage.connect('GLOBEX', { from: '10.0.0.9' }).say('35=0')
    const noise = stage.connect('HOOLI', { from: '10.0.0.10' })
    for (let i = 0; i < 20; i++) noise.line.send(Buffer.from('8=FIX.4.4|554=secret|'))
    await stage.settle()
    await stage.exchange.messageLog!.close()

    expect(story(disk)).toEqual([
      '_before-logon.log # connected from 10.0.0.8',
      '_before-logon.log < 35=A|34=1|98=0|108=60|554=[hidden]|',
      '_before-logon.log # refused: unknown CompID, wrong address or wrong password',
      '_before-logon.log # connected from 10.0.0.9',
      '_before-logon.log < 35=0|34=1|',
      '_before-logon.log # refused: the first message is not a Logon',
      '_before-logon.log # connected from 10.0.0.10',
      '_before-logon.log ! BeginString(8) is not the first field: 554=[hidden]',
    ])
  })

  it('keeps nobody waiting when its disk never answers', async () => {
    const disk = new MemoryLogDisk()
    disk.stall()
    const stage = stageWith(disk)
    const globex = stage.connect('GLOBEX')
    globex.say(LOGON)
    await stage.settle()
    for (let i = 0; i < 100; i++) {
      globex.say(order(`B${i}`, 1))
      await stage.advance(100)
    }

    expect(globex.hear().filter((text) => text.includes('|150=0|'))).toHaveLength(100)
    expect(disk.files.size).toBe(0)
  })

  it('is nowhere unless it is asked for', () => {
    expect(new ExchangeStage().exchange.messageLog).toBeUndefined()
  })
})
