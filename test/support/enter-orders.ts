/** ACME's orders over FIX, the connection from Logon to Logout: 100 AAPL are bought at 180 under each ClOrdID. */
import { FixClient } from '../../src/client/index.ts'
import { Side } from '../../src/domain/index.ts'

export async function enterOrders(port: number, clOrdIds: readonly string[]): Promise<void> {
  const client = new FixClient({
    host: '127.0.0.1',
    port,
    compId: 'ACME',
    targetCompId: 'BUTTONWOOD',
    username: 'ACME',
    password: 'acme',
  })
  await client.connect()
  for (const clOrdId of clOrdIds) {
    client.newOrder({ clOrdId, symbol: 'AAPL', side: Side.Buy, orderQty: 100, price: 1_800_000 })
    await client.drained()
  }
  await client.logout()
}
