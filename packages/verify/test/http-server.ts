/** A real HTTP server on loopback, for documents of issuers. */
import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'

export interface TestServer extends AsyncDisposable {
  /** `http://127.0.0.1:<port>`, without a slash at the end. */
  readonly origin: string
}

export async function startHttpServer(listener: RequestListener): Promise<TestServer> {
  const server = createServer(listener)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return {
    origin: `http://127.0.0.1:${address.port}`,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

export interface IssuerServer extends TestServer {
  /** The paths that were asked for, in order. */
  readonly requests: string[]
  /** What the server publishes; change it to rotate. */
  jwks: unknown
  /** Members of the discovery document besides the usual ones, or instead of them. */
  discovery: Record<string, unknown>
  /** Headers of the JWKS. */
  headers: Record<string, string>
  /** Answers 503 to everything. */
  isDown: boolean
}

/** An issuer that publishes a discovery document and a JWKS. */
export async function startIssuer(jwks: unknown): Promise<IssuerServer> {
  const requests: string[] = []
  const state = { jwks, discovery: {}, headers: {}, isDown: false, requests }
  const server = await startHttpServer((request, response) => {
    const path = request.url ?? ''
    requests.push(path)
    if (state.isDown) {
      response.writeHead(503).end()
    } else if (path === '/.well-known/openid-configuration') {
      const jwksUri = `${server.origin}/.well-known/jwks.json`
      const document = { issuer: server.origin, jwks_uri: jwksUri, ...state.discovery }
      response.end(JSON.stringify(document))
    } else if (path === '/.well-known/jwks.json') {
      response.writeHead(200, state.headers).end(JSON.stringify(state.jwks))
    } else {
      response.writeHead(404).end()
    }
  })
  return Object.assign(state, server)
}
