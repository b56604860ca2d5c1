/** The index of ClOrdIDs against a Map, while its table is moved to larger ones under way. */
import { expect, it } from 'vitest'
import { ClOrdIdIndex } from '../../src/engine/cl-ord-id-index.ts'
import { seeded } from '../support/engine-intents.ts'

const IDS = 60_000
const SESSIONS = 3

/** A text(20) of its own. */
function textOf(id: string): DataView {
  const text = new DataView(new ArrayBuffer(20))
  for (let i = 0; i < id.length; i++) text.setUint8(i, id.charCodeAt(i))
  return text
}

it('knows every id that was added, of its own session, and no other', () => {
  const random = seeded(7)
  const below = (limit: number): number => Math.floor(random() * limit)
  const index = new ClOrdIdIndex(16)
  const known = new Map<string, number>()
  const added: [session: number, id: string][] = []
  const look = (session: number, id: string): void => {
    const entry = index.find(session, textOf(id), 0)
    expect(entry, `${session} ${id}`).toBe(known.get(`${session} ${id}`) ?? 0)
  }

  for (let i = 0; i < IDS; i++) {
    const session = 1 + below(SESSIONS)
    const id = `N${below(1e9)}`
    look(session, id)
    if (!known.has(`${session} ${id}`)) {
      known.set(`${session} ${id}`, index.add(session, textOf(id), 0, i + 1))
      added.push([session, id])
    }
    look(...added[below(added.length)]!)
    const [owner, other] = added[below(added.length)]!
    look((owner % SESSIONS) + 1, other)
  }
  for (const [session, id] of added) look(session, id)
  expect(index.count).toBe(added.length)
})
