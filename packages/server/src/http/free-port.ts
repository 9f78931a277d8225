import { once } from 'node:events'
import { createServer } from 'node:net'

/**
 * A port of this address that nothing listens on right now. The caller must listen on it soon, before
 * another program does.
 */
export async function findFreePort(host: string): Promise<number> {
  const probe = createServer()
  probe.listen(0, host)
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  await once(probe, 'close')
  if (address === null || typeof address === 'string') throw new TypeError('no TCP socket is bound')
  return address.port
}
