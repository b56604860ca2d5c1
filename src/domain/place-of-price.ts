/**
 * Index of a price's level in one side of a book that is sorted from worst to best, or where it belongs.
 * @param sign 1 for bids, where a higher price is better; -1 for asks
 */
export function placeOfPrice(
  sorted: readonly { readonly price: number }[],
  price: number,
  sign: 1 | -1,
): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (sorted[middle]!.price * sign < price * sign) low = middle + 1
    else high = middle
  }
  return low
}
