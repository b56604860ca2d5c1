/** The Text(58) of a reason: with the record's two values in their places, or as it stands behind the record. */
import type { Reason } from '../domain/index.ts'
import { formatPrice } from '../domain/index.ts'
import { textBehind } from './text-behind.ts'

/** @param at the record, in the layout of an order event or of CancelRejected, whose reason it is */
export function reasonText(
  view: DataView,
  at: number,
  { text, values }: Reason,
  { textValueA, textValueB }: { readonly textValueA: number; readonly textValueB: number },
): string {
  if (values === 'behind') return textBehind(view, at)
  const print = values === 'price' ? formatPrice : String
  return text.replace('{a}', print(textValueA)).replace('{b}', print(textValueB))
}
