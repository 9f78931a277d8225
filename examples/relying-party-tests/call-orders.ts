import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Calls a service as its clients do. Resolves to the status and the text of the answer. */
export async function callOrders(
  orders: Server,
  token: string,
): Promise<{ readonly status: number; readonly text: string }> {
  orders.listen(0, '127.0.0.1')
  await once(orders, 'listening')
  const { port } = orders.address() as AddressInfo
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/`, {
      headers: { authorization: `Bearer ${token}` },
    })
    return { status: answer.status, text: await answer.text() }
  } finally {
    orders.close()
  }
}
