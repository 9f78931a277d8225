import type { IncomingMessage } from 'node:http'
import { BareRefusal } from '../errors.ts'
import type { Share } from './admission.ts'
import type { Continuation } from './continuation.ts'

const EMPTY = new Uint8Array()

/** The client closed or lost the connection: there is nobody to answer, and nothing to log. */
export class ClientGone extends Error {
  override readonly name = 'ClientGone'
}

/** Whether the head announces a body (RFC 9112 §6). */
export function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0'
}

/** How a body is read. */
export interface BodyReading {
  readonly maxBytes: number
  readonly share: Share
  readonly continuation: Continuation
}

/**
 * Reads a body as it came, whatever the method and the content type, with or without a length. Who
 * asks whether to send one that is too large is told before it is sent.
 * @throws BareRefusal 413 over `maxBytes` (aws-wire §1.5), 503 when `share` finds no memory;
 * ClientGone
 */
export function readBody(
  request: IncomingMessage,
  { maxBytes, share, continuation }: BodyReading,
): Promise<Uint8Array> {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) {
    return Promise.reject(new BareRefusal(413))
  }
  continuation.grant()
  if (!hasBody(request)) return Promise.resolve(EMPTY)
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    const onData = (chunk: Buffer) => {
      size += chunk.length
      try {
        if (size > maxBytes) throw new BareRefusal(413)
        share.holdBytes(chunk.length)
        chunks.push(chunk)
      } catch (error) {
        request.off('data', onData)
        chunks.length = 0
        reject(error)
      }
    }
    request
      .on('data', onData)
      .on('end', () => resolve(Buffer.concat(chunks)))
      .on('close', () => {
        if (!request.readableEnded) reject(new ClientGone())
      })
  })
}

/**
 * Reads what is left of a body and forgets it, so that the client is not reset while it still
 * sends and finds its answer. Drops the connection of one that sends more than `maxBytes`; one that
 * sends too slowly is dropped by the request's time limit.
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
