/** `buttonwood serve` and its shadow: what a start goes on from, and what stops trading. */
import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { openSync, readdirSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ENTRY_BYTES, sealEntry } from '../src/journal/index.ts'
import { verifyJournal } from '../src/verify-journal.ts'
import { enterOrders } from './support/enter-orders.ts'
import type { ServedExchange } from './support/running-exchange.ts'
import { ExchangeFolder, PROCESS_MS } from './support/running-exchange.ts'

let folder: ExchangeFolder

beforeEach(async () => {
  folder = await ExchangeFolder.make({ snapshots: { commands: 1_000_000 } })
})
afterEach(() => folder.remove())

/** Process id of the shadow of an exchange. */
const shadowOf = ({ pid }: ServedExchange): number =>
  Number(
    execFileSync('pgrep', ['-P', String(pid), '-f', 'shadow-main'])
      .toString()
      .trim(),
  )

describe('the exchange with a shadow', () => {
  it(
    'starts from the snapshot of its stop, with nothing to execute, and seals every group',
    async () => {
      const first = await folder.serve()
      await enterOrders(first.ports.fix, ['A1', 'A2', 'A3'])
      await first.stop()
      const { stateHash } = first.log.find(({ msg }) => msg === 'stopped')!
      const proved = verifyJournal(folder.dataDir)

      const second = await folder.serve()
      await second.stop()
      const { groupNumber, commands } = second.log.find(
        ({ msg }) => msg === 'starting from a snapshot',
      )!

      expect(proved).toMatchObject({ stateHash, sealed: proved.groups })
      expect({ groupNumber, commands }).toEqual({
        groupNumber: proved.groups,
        commands: proved.commands,
      })
    },
    PROCESS_MS,
  )

  it(
    'starts from the snapshot before one that is damaged in the middle of its orders',
    async () => {
      const snapshots = join(folder.dataDir, 'snapshots')
      const first = await folder.serve()
      await enterOrders(first.ports.fix, ['A1', 'A2', 'A3'])
      await first.stop()
      const second = await folder.serve()
      await enterOrders(second.ports.fix, ['B1', 'B2'])
      await second.stop()
      const [older, newer] = readdirSync(snapshots).sort()
      const file = join(snapshots, newer!)
      // The text of a ClOrdID, far behind the beginning of what is loaded.
      writeSync(openSync(file, 'r+'), 'X', readFileSync(file).lastIndexOf('A3'))

      const third = await folder.serve()
      await third.stop()
      const lineOf = (msg: string) => third.log.find((line) => line.msg === msg)
      const passedOver = { file, reason: 'the checksum of ids.words does not fit' }
      expect(lineOf('a snapshot was passed over')).toMatchObject(passedOver)
      expect(lineOf('starting from a snapshot')!.groupNumber).toBe(Number.parseInt(older!, 10))
      expect(lineOf('stopped')!.stateHash).toBe(verifyJournal(folder.dataDir).stateHash)
    },
    PROCESS_MS,
  )

  it(
    'does not start on a journal that is not as it was sealed',
    async () => {
      const first = await folder.serve()
      await enterOrders(first.ports.fix, ['A1'])
      await first.stop()
      rmSync(join(folder.dataDir, 'snapshots'), { recursive: true })
      const seals = openSync(join(folder.dataDir, 'seals', '0000000000000001.seals'), 'r+')
      writeSync(seals, sealEntry(randomBytes(32)), 0, ENTRY_BYTES, 2 * ENTRY_BYTES)

      const { exitCode, stderr } = await folder.launch().ended()
      expect({ exitCode, stderr }).toEqual({
        exitCode: 1,
        stderr: expect.stringMatching(
          /^buttonwood: group 3 of the journal .*\[EXC_JOURNAL_ALTERED\]\n$/,
        ) as string,
      })
    },
    PROCESS_MS,
  )

  it(
    'does not start on a journal that lost a group that was sealed',
    async () => {
      folder.change({ journal: { durability: 'fsync' }, snapshots: { commands: 1_000_000 } })
      const first = await folder.serve()
      await first.stop()
      const { groups } = verifyJournal(folder.dataDir)
      const seals = openSync(join(folder.dataDir, 'seals', '0000000000000001.seals'), 'r+')
      writeSync(seals, sealEntry(randomBytes(32)), 0, ENTRY_BYTES, groups * ENTRY_BYTES)

      const { exitCode, stderr } = await folder.launch().ended()
      expect({ exitCode, stderr }).toEqual({
        exitCode: 1,
        stderr: expect.stringContaining(
          `ends with group ${groups}, and later ones were sealed`,
        ) as string,
      })
    },
    PROCESS_MS,
  )

  it(
    'stops when the disk does not hold what was written',
    async () => {
      const exchange = await folder.serve()
      await exchange.logged('ready')
      const shadow = shadowOf(exchange)
      process.kill(shadow, 'SIGSTOP')
      await enterOrders(exchange.ports.fix, ['A1', 'A2'])
      const segment = join(folder.dataDir, 'journal', '00000001.log')
      const at = readFileSync(segment).lastIndexOf('A2')
      writeSync(openSync(segment, 'r+'), 'X', at)
      process.kill(shadow, 'SIGCONT')

      const { exitCode, stderr } = await exchange.ended()
      expect({ exitCode, stderr }).toEqual({
        exitCode: 1,
        stderr: expect.stringMatching(
          /^buttonwood: the shadow found: .*00000001\.log: damaged at offset \d+ .*\n$/,
        ) as string,
      })
    },
    PROCESS_MS,
  )
})
