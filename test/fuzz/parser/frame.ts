/** Makes the frames of a stream right again: BodyLength(9) and CheckSum(10) of every message. */
import { fixPattern } from '../../support/fix-frame.ts'

const BEFORE_MESSAGE = /(?=8=FIX)/
const FRAME = fixPattern(String.raw`^(8=FIXT?\.\d\.\d|)9=[^|]*|([^]*|)10=[^|]*|`)

/** What has no frame at all stays as it is. */
export const repairFrames = (stream: string): string =>
  stream.split(BEFORE_MESSAGE).map(repairFrame).join('')

function repairFrame(message: string): string {
  const found = FRAME.exec(message)
  if (found === null) return message
  const [whole, begin, body] = found
  return framedText(begin!, body!) + message.slice(whole.length)
}

/** `8=FIX.4.4|` and `35=0|…|` as a whole message. */
export function framedText(begin: string, body: string): string {
  const head = `${begin}9=${body.length}\u0001${body}`
  let sum = 0
  for (let i = 0; i < head.length; i++) sum += head.charCodeAt(i)
  return `${head}10=${String(sum % 256).padStart(3, '0')}\u0001`
}
