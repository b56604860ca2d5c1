/**
 * Both sequence numbers of a client's session in a small JSON file, so that a command-line user
 * reconnects and goes on. Written whole and renamed into place: it holds the old numbers or the new.
 */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { ErrorCode, ExchangeError } from '../runtime/index.ts'

export interface SequenceNumbers {
  /** MsgSeqNum(34) of the next message we send, 1.. */
  readonly nextOutbound: number
  /** MsgSeqNum(34) of the next message we expect, 1.. */
  readonly expectedInbound: number
}

const FIRST: SequenceNumbers = { nextOutbound: 1, expectedInbound: 1 }

/** @throws ExchangeError EXC_CLIENT_STATE when there is a file and it cannot be used */
export function readSequenceFile(path: string): SequenceNumbers {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return FIRST
    throw unusable(path, 'cannot be read', cause)
  }

  const numbers = parse(text)
  if (numbers === undefined) throw unusable(path, 'does not hold two sequence numbers')
  return numbers
}

/** @throws ExchangeError EXC_CLIENT_STATE */
export function writeSequenceFile(path: string, numbers: SequenceNumbers): void {
  const temporary = `${path}.new`
  try {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(temporary, `${JSON.stringify(numbers)}\n`)
    renameSync(temporary, path)
  } catch (cause) {
    throw unusable(path, 'cannot be written', cause)
  }
}

function parse(text: string): SequenceNumbers | undefined {
  try {
    const { nextOutbound, expectedInbound } = JSON.parse(text) as Partial<SequenceNumbers>
    if (!isSequenceNumber(nextOutbound) || !isSequenceNumber(expectedInbound)) return undefined
    return { nextOutbound, expectedInbound }
  } catch {
    return undefined
  }
}

const isSequenceNumber = (value: unknown): value is number =>
  Number.isSafeInteger(value) && (value as number) >= 1

const unusable = (path: string, what: string, cause?: unknown) =>
  new ExchangeError(
    ErrorCode.ClientState,
    `${path} ${what}; remove it and ask the exchange to reset the session's numbers`,
    { cause },
  )
