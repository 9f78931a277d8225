import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/**
 * What becomes of connections.
 * - `pass`: nothing.
 * - `reset`: they are cut, and new ones too.
 * - `swallow`: they stay, and nothing comes through, either way: a cable that was pulled.
 */
export type Fault = 'pass' | 'reset' | 'swallow'

/** Stands between a client and a server, and spoils what passes. */
export interface FaultProxy extends AsyncDisposable {
  readonly port: number
  /** Changes what becomes of all connections, open ones and new ones. */
  readonly set: (fault: Fault) => void
  /** Holds back what the server says, for so long. */
  readonly delay: (delayMs: number) => void
  /**
   * Cuts the next connection over which the client says this, once the server has it and before its
   * answer arrives.
   */
  readonly cutAfter: (text: string) => void
}

/** Listens on this machine for one server. */
export async function startFaultProxy(target: {
  readonly host: string
  readonly port: number
}): Promise<FaultProxy> {
  const sockets = new Set<Socket>()
  let fault: Fault = 'pass'
  let delayMs = 0
  let fatalText: string | null = null

  const server = createServer(client => {
    if (fault === 'reset') {
      client.resetAndDestroy()
      return
    }
    const upstream = connect(target)
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.once('close', () => {
        sockets.delete(socket)
        client.destroy()
        upstream.destroy()
      })
    }
    let isCut = false
    client.on('data', data => {
      if (fault === 'swallow') return
      upstream.write(data)
      if (fatalText === null || !data.includes(fatalText)) return
      fatalText = null
      isCut = true
    })
    upstream.on('data', data => {
      if (fault === 'swallow') return
      // The server has done what it was told, and its answer is lost.
      if (isCut) client.resetAndDestroy()
      else if (delayMs === 0) client.write(data)
      else setTimeout(() => client.write(data), delayMs)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const cutAll = () => {
    for (const socket of sockets) socket.resetAndDestroy()
  }
  return {
    port: (server.address() as AddressInfo).port,
    set(next) {
      fault = next
      if (next === 'reset') cutAll()
    },
    delay(nextMs) {
      delayMs = nextMs
    },
    cutAfter(text) {
      fatalText = text
    },
    async [Symbol.asyncDispose]() {
      cutAll()
      server.close()
      await once(server, 'close')
    },
  }
}
