/**
 * CheckSum(10): the sum of all bytes before the field `10=`, modulo 256. FIX 4.4 volume 2,
 * appendix B.
 */
export function checksum(bytes: Uint8Array, start: number, end: number): number {
  let sum = 0
  let at = start
  // Four bytes a step halves the time of this loop: scripts/bench/fix-codec.ts.
  for (; at + 4 <= end; at += 4) {
    sum += bytes[at]! + bytes[at + 1]! + bytes[at + 2]! + bytes[at + 3]!
  }
  for (; at < end; at++) sum += bytes[at]!
  return sum & 0xff
}
