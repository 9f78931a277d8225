import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createTlsServer, type ServerOptions } from 'node:https'
import type { AddressInfo } from 'node:net'

/** A request that the server has had. */
export interface SeenRequest {
  readonly method: string
  readonly path: string
  readonly headers: IncomingMessage['headers']
}

/** A server that keeps what is put there, and obeys conditions. */
export interface HttpStore {
  readonly url: string
  readonly objects: Map<string, { bytes: Buffer; headers: Record<string, string> }>
  readonly requests: SeenRequest[]
  /** Answers in the place of the server, when it returns true. */
  intercept: (request: IncomingMessage, response: ServerResponse) => boolean
  close(): Promise<void>
}

/** Starts it, with TLS when there are options for it. */
export async function startHttpStore(tls?: ServerOptions): Promise<HttpStore> {
  const objects: HttpStore['objects'] = new Map()
  const requests: SeenRequest[] = []
  const never: HttpStore['intercept'] = () => false
  const store = { objects, requests, intercept: never }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url: path = '', headers } = request
    requests.push({ method, path, headers })
    const chunks: Uint8Array[] = []
    for await (const chunk of request) chunks.push(chunk)
    if (store.intercept(request, response)) return
    const present = objects.get(path)
    if (method === 'GET') {
      if (present === undefined) response.writeHead(404).end()
      else
        response
          .writeHead(200, { ...present.headers, etag: tagOf(present.bytes) })
          .end(present.bytes)
      return
    }
    if (!holds(headers, present?.bytes)) {
      response.writeHead(412).end()
    } else if (method === 'DELETE') {
      response.writeHead(objects.delete(path) ? 204 : 404).end()
    } else {
      const { 'content-type': type = '', 'cache-control': cache = '' } = headers
      const kept = { 'content-type': type, 'cache-control': cache }
      objects.set(path, { bytes: Buffer.concat(chunks), headers: kept })
      response.writeHead(present === undefined ? 201 : 204).end()
    }
  }

  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    answer(request, response).catch(() => response.destroy())
  }
  const server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return Object.assign(store, {
    url: `${tls === undefined ? 'http' : 'https'}://localhost:${port}`,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  })
}

function holds(headers: IncomingMessage['headers'], present: Buffer | undefined): boolean {
  if (headers['if-none-match'] === '*') return present === undefined
  const match = headers['if-match']
  return match === undefined || (present !== undefined && match === tagOf(present))
}

function tagOf(bytes: Buffer): string {
  return `"${createHash('sha256').update(bytes).digest('hex').slice(0, 16)}"`
}
