/**
 * The FIX codec against jspurefix's, in one run: NewOrderSingle parsed (checksum and field index),
 * the same with validation against the dictionary, ExecutionReport encoded.
 * `npm run bench -- fix-codec`, or `npx tsx scripts/bench/fix-codec.ts`.
 */
import { createRequire } from 'node:module'
import { performance } from 'node:perf_hooks'
import { pathToFileURL } from 'node:url'
import type { FixMessage } from '../../src/fix/index.ts'
import { FixReader, MessageWriter, MsgType, Tag, validate } from '../../src/fix/index.ts'

export const MESSAGES_PER_CHUNK = 256
const OURS = MESSAGES_PER_CHUNK * 20
const THEIRS = MESSAGES_PER_CHUNK * 4
/** Short and many, so that some of each fall between what else the machine does. */
const RUNS = 300
export const SECONDS = 1_795_000_000

type Print = (line: string) => void

/** What a contender does with so many messages. */
type Run = (messages: number) => void

/** Prints the time per message of both codecs and their ratio. */
export async function benchFixCodec(print: Print): Promise<void> {
  const orders = newOrders()
  const [parsing, validating, encoding] = best([
    { run: parsingRun(orders), messages: OURS },
    { run: validatingRun(orders), messages: OURS },
    { run: encodingRun(), messages: OURS },
  ])
  // Loaded last: with a CommonJS package in the process ours would run a sixth slower (bench.ts).
  const { parse, encode } = await jspurefixRuns(orders)
  const [theirParsing, theirEncoding] = best([
    { run: parse, messages: THEIRS },
    { run: encode, messages: THEIRS },
  ])

  print(`NewOrderSingle, ${Math.round(orders.length / MESSAGES_PER_CHUNK)} bytes`)
  print(line('parse', parsing!, theirParsing!))
  const ratio = (validating! / parsing!).toFixed(2)
  print(`${label('parse + validate')} ${nanoseconds(validating!)}   ${ratio}× parse`)
  print(line('encode ExecutionReport', encoding!, theirEncoding!))
}

function parsingRun(chunk: Uint8Array): Run {
  return reading(chunk, () => true)
}

function validatingRun(chunk: Uint8Array): Run {
  const options = { strictUserTags: false }
  return reading(chunk, (message) => validate(message, options) === null)
}

function reading(chunk: Uint8Array, isGood: (message: FixMessage) => boolean): Run {
  let good = 0
  const handler = {
    onMessage(message: FixMessage) {
      if (isGood(message)) good++
    },
    onGarbled(reason: string) {
      throw new Error(reason)
    },
    onGarbageLimit() {},
  }
  const reader = new FixReader(handler, { messageBytesMax: 65_536, garbageBytesMax: 65_536 })
  return (messages) => {
    good = 0
    for (let done = 0; done < messages; done += MESSAGES_PER_CHUNK) reader.push(chunk)
    if (good < messages) throw new Error(`${good} of ${messages} messages were good`)
  }
}

/** NewOrderSingles, MESSAGES_PER_CHUNK of them. */
export function newOrders(): Uint8Array {
  const writer = new MessageWriter({ senderCompId: 'ACME', targetCompId: 'BUTTONWOOD' })
  for (let i = 0; i < MESSAGES_PER_CHUNK; i++) {
    const fields = writer.begin({
      msgType: MsgType.NewOrderSingle,
      msgSeqNum: 100_000 + i,
      sendingSeconds: SECONDS,
      sendingNanoseconds: i * 1_000_000,
    })
    fields.string(Tag.ClOrdID, `ORD-${String(i).padStart(8, '0')}`)
    fields.string(Tag.Symbol, 'AAPL')
    fields.string(Tag.Side, '1')
    fields.utcTimestamp(Tag.TransactTime, SECONDS, i * 1_000_000)
    fields.int(Tag.OrderQty, 100 + i)
    fields.string(Tag.OrdType, '2')
    fields.decimal(Tag.Price, 1_825_000 + i * 100, 4)
    fields.string(Tag.TimeInForce, '0')
    writer.end()
  }
  return writer.bytes.slice(0, writer.length)
}

function encodingRun(): Run {
  const writer = new MessageWriter({ senderCompId: 'BUTTONWOOD', targetCompId: 'ACME' })
  const header = {
    msgType: MsgType.ExecutionReport,
    msgSeqNum: 1,
    sendingSeconds: SECONDS,
    sendingNanoseconds: 0,
  }
  const clOrdId = Uint8Array.from(Buffer.from('ORD-00000001'))
  return (messages) => {
    for (let i = 0; i < messages; i++) {
      if (i % MESSAGES_PER_CHUNK === 0) writer.clear()
      header.msgSeqNum = i + 1
      header.sendingNanoseconds = (i % 1000) * 1_000_000
      writeExecutionReport(writer, header, clOrdId, i)
    }
  }
}

export function writeExecutionReport(
  writer: MessageWriter,
  header: Parameters<MessageWriter['begin']>[0],
  clOrdId: Uint8Array,
  i: number,
): void {
  const fields = writer.begin(header)
  fields.int(Tag.OrderID, 1_000_000 + i)
  fields.ascii(Tag.ClOrdID, clOrdId, 0, clOrdId.length)
  fields.int(Tag.ExecID, 2_000_000 + i)
  fields.char(Tag.ExecType, 0x46)
  fields.char(Tag.OrdStatus, 0x31)
  fields.string(Tag.Symbol, 'AAPL')
  fields.char(Tag.Side, 0x31)
  fields.int(Tag.OrderQty, 100)
  fields.char(Tag.OrdType, 0x32)
  fields.decimal(Tag.Price, 1_825_000, 4)
  fields.int(Tag.LastQty, 60)
  fields.decimal(Tag.LastPx, 1_825_000, 4)
  fields.int(Tag.LeavesQty, 40)
  fields.int(Tag.CumQty, 60)
  fields.decimal(Tag.AvgPx, 182_500_000, 6)
  fields.utcTimestamp(Tag.TransactTime, header.sendingSeconds, header.sendingNanoseconds)
  fields.int(Tag.LastLiquidityInd, 1)
  writer.end()
}

async function jspurefixRuns(chunk: Uint8Array): Promise<{ parse: Run; encode: Run }> {
  await import('reflect-metadata')
  const { AsciiParser, DefinitionFactory, SessionContainer } = await import('jspurefix')
  const { AsciiMsgTransmitter } =
    await import('jspurefix/dist/transport/ascii/ascii-msg-transmitter.js')
  const container = new SessionContainer()
  container.registerGlobal('error')
  const description = createRequire(import.meta.url)('jspurefix/data/session/test-initiator.json')
  const system = await container.makeSystem(description)
  const config = system.resolve<ConstructorParameters<typeof AsciiParser>[0]>('IJsFixConfig')
  config.definitions = await new DefinitionFactory().getDefinitions('qf44')
  config.delimiter = 1

  let parsed = 0
  const parser = new AsciiParser(config, null, config.sessionContainer.resolve('ReceiveBuffer'))
  parser.on('msg', () => parsed++)
  const buffer = Buffer.from(chunk)

  const transmitter = new AsciiMsgTransmitter(config)
  return {
    parse(messages) {
      parsed = 0
      for (let done = 0; done < messages; done += MESSAGES_PER_CHUNK) parser.parseBuffer(buffer)
      if (parsed < messages) throw new Error(`jspurefix: ${parsed} of ${messages} messages`)
    },
    encode(messages) {
      const at = new Date(SECONDS * 1000)
      for (let i = 0; i < messages; i++) {
        transmitter.encoder.reset()
        transmitter.encodeMessage(MsgType.ExecutionReport, executionReport(i, at))
      }
    },
  }
}

function executionReport(i: number, at: Date) {
  return {
    OrderID: String(1_000_000 + i),
    ClOrdID: 'ORD-00000001',
    ExecID: String(2_000_000 + i),
    ExecType: 'F',
    OrdStatus: '1',
    Instrument: { Symbol: 'AAPL' },
    Side: '1',
    OrderQtyData: { OrderQty: 100 },
    OrdType: '2',
    Price: 182.5,
    LastQty: 60,
    LastPx: 182.5,
    LeavesQty: 40,
    CumQty: 60,
    AvgPx: 182.5,
    TransactTime: at,
    LastLiquidityInd: 1,
  }
}

interface Contender {
  readonly run: Run
  /** In one run. */
  readonly messages: number
}

/** Nanoseconds per message of each contender's best run; they take turns. */
function best(contenders: readonly Contender[]): number[] {
  const fastest = contenders.map(() => Infinity)
  for (let round = 0; round < RUNS; round++) {
    contenders.forEach(({ run, messages }, i) => {
      const start = performance.now()
      run(messages)
      const nanoseconds = ((performance.now() - start) * 1e6) / messages
      fastest[i] = Math.min(fastest[i]!, nanoseconds)
    })
  }
  return fastest
}

const line = (what: string, ours: number, theirs: number) =>
  `${label(what)} ${nanoseconds(ours)}   jspurefix ${nanoseconds(theirs)}   ${(theirs / ours).toFixed(1)}×`

const label = (what: string) => what.padEnd(24)

const nanoseconds = (perMessage: number) =>
  `${perMessage.toFixed(0).padStart(6)} ns   ${(1000 / perMessage).toFixed(2)} M/s`

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await benchFixCodec((text) => console.log(text))
}
