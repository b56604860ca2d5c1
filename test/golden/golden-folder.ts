/** An exchange's folder with the configuration of the golden journals, or with that of their last day. */
import { cpSync } from 'node:fs'
import { ExchangeFolder } from '../support/running-exchange.ts'

const HERE = 'test/golden'

export async function goldenFolder(): Promise<ExchangeFolder> {
  const folder = await ExchangeFolder.make({
    journal: { durability: 'fsync' },
    market: { dayRoll: '00:00' },
  })
  cpSync(`${HERE}/configuration`, folder.path, { recursive: true })
  return folder
}

/** The files that changed before the last day. */
export function beginNextDay(folder: ExchangeFolder): void {
  cpSync(`${HERE}/next-day`, folder.path, { recursive: true })
}
