import type { IncomingMessage, ServerResponse } from 'node:http'
import { readAuthorizations } from './bearer.ts'
import type { Guard, Identity } from './guard.ts'
import { sendRefusal } from './node-response.ts'

/** Handles a request that was let in. */
export type NodeHandler<Grant> = (
  request: IncomingMessage,
  response: ServerResponse,
  identity: Identity<Grant>,
) => void | Promise<void>

/**
 * A listener for `node:http` that calls the handler for requests that the guard lets in. It returns
 * the promise of the handler, which Node ignores: a handler that may fail catches.
 */
export function guardNodeHttp<Grant>(
  guard: Guard<Grant>,
  handler: NodeHandler<Grant>,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  return async (request, response) => {
    const result = await guard.authenticate(readAuthorizations(request), request)
    if (!result.isAuthenticated) return sendRefusal(response, result.refusal)
    guard.admit(request, result.identity)
    await handler(request, response, result.identity)
  }
}

/**
 * A listener for `node:http` (and a handler for Express, before any body parser) that answers by a
 * fetch-style handler, such as that of `createTokenExchange`. It never rejects: when the handler does,
 * the answer is 500.
 *
 * @param onFailure called with what the handler rejects with
 */
export function serveFetch(
  handler: (request: Request) => Promise<Response>,
  onFailure: (error: unknown) => void,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  return async (request, response) => {
    try {
      const answer = await handler(createRequest(request))
      const body = await answer.arrayBuffer()
      response.statusCode = answer.status
      response.setHeaders(answer.headers)
      response.end(Buffer.from(body))
      // What is left of the request is read and dropped, so that its sender gets to see the answer.
      request.resume()
    } catch (error) {
      onFailure(error)
      response.writeHead(500).end()
    }
  }
}

function createRequest(request: IncomingMessage): Request {
  const { rawHeaders } = request
  const headers = new Headers()
  rawHeaders.forEach((value, index) => {
    if (index % 2 === 1) headers.append(String(rawHeaders[index - 1]), value)
  })
  const method = String(request.method)
  const url = `http://localhost${readPath(String(request.url))}`
  if (method === 'TRACE') {
    // No `Request` can have this method. The handler is shown it all the same, because only the handler
    // knows which methods it answers. If it sends the request on, the method is one that nobody knows.
    const unknown = new Request(url, { method: 'X-TRACE', headers })
    return Object.defineProperty(unknown, 'method', { value: method })
  }
  const hasBody = method !== 'GET' && method !== 'HEAD'
  return new Request(url, {
    method,
    headers,
    ...(hasBody && { body: readBody(request), duplex: 'half' }),
  })
}

/**
 * Path and query of a target (RFC 9112 §3.2), also of one with a host, as proxies get them: the host
 * that the client names can't be relied on.
 */
function readPath(target: string): string {
  if (target.startsWith('/')) return target
  if (!/^https?:/i.test(target) || !URL.canParse(target)) return '/'
  const { pathname, search } = new URL(target)
  return pathname + search
}

/** The body as a stream; cancelling it leaves the connection open for the answer. */
function readBody(request: IncomingMessage): ReadableStream<Uint8Array> {
  return ReadableStream.from<Uint8Array>(request.iterator({ destroyOnReturn: false }))
}
