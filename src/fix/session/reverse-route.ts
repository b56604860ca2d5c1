/** The address of whoever is behind a counterparty, turned round for the answer. */
import type { FieldWriter, FixMessage } from '../codec/index.ts'
import { legible } from '../codec/index.ts'
import { Tag } from '../dictionary/index.ts'

/** FIX 4.4 volume 1, "Third party message routing": an answer goes back the way that it came. */
const REVERSE_ROUTE = [
  [Tag.OnBehalfOfCompID, Tag.DeliverToCompID],
  [Tag.OnBehalfOfSubID, Tag.DeliverToSubID],
  [Tag.OnBehalfOfLocationID, Tag.DeliverToLocationID],
  [Tag.DeliverToCompID, Tag.OnBehalfOfCompID],
  [Tag.DeliverToSubID, Tag.OnBehalfOfSubID],
  [Tag.DeliverToLocationID, Tag.OnBehalfOfLocationID],
] as const
/** A name that is longer is not told back. */
const ROUTE_CHARACTERS_MAX = 64

/** Writes it as the last fields of the header. */
export function writeReverseRoute(body: FieldWriter, message: FixMessage): void {
  for (const [from, to] of REVERSE_ROUTE) {
    const name = message.string(from) ?? ''
    if (name === '' || name.length > ROUTE_CHARACTERS_MAX) continue
    body.string(to, legible(name, ROUTE_CHARACTERS_MAX))
  }
}
