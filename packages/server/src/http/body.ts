import type { IncomingMessage } from 'node:http'
/** The client closed or lost the connection: there is nobody to answer, and nothing to log. */
export class ClientDisconnectedError extends Error {
  override readonly name = 'ClientDisconnectedError'
}

/** Whether the head announces a body (RFC 9112 §6). */
export function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0'
}

/**
 * Reads what is left of a body and forgets it. So a client that still sends is not reset, and finds its
 * answer. When a client sends more than `maxBytes`, its connection is dropped. When it sends too
 * slowly, the request's time limit drops it.
 */
export function discardBody(request: IncomingMessage, maxBytes: number): Promise<void> {
  if (request.complete || request.destroyed) return Promise.resolve()
  return new Promise(resolve => {
    let size = 0
    request
      .on('data', (chunk: Buffer) => {
        size += chunk.length
        if (size > maxBytes) request.destroy()
      })
      .on('end', resolve)
      .on('close', resolve)
      .resume()
  })
}
