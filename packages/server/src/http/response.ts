import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http'
import type { BareRefusal } from '../errors.ts'
import type { WireResponse } from '../wire/message.ts'
import { discardBody } from './body.ts'
import { LINGER_MS } from './connections.ts'

/** What every answer has besides its own headers. */
export interface ResponseHead {
  /** Value of `Date`. */
  readonly date: string
  /** Whether the connection ends with this answer. */
  readonly isLast: boolean
}

/** Writes a whole answer, with its length and nothing that it does not name itself. */
export function writeResponse(
  response: ServerResponse,
  { status, headers, body }: WireResponse,
  head: ResponseHead,
): void {
  writeHead(response, status, headers, Buffer.byteLength(body), head)
  response.end(body)
}

/** The unread rest of a request that is refused. */
export interface UnreadBody {
  /**
   * How many bytes of it are read and forgotten before the connection ends, so that the client finds
   * the answer.
   */
  readonly maxDiscardedBytes: number
  /** Whether the client has asked to send the body and was not told to. */
  readonly isUnwanted: boolean
}

/** Writes an answer without a body; `unread` is null when nothing is left to read. */
export async function writeRefusal(
  request: IncomingMessage,
  response: ServerResponse,
  refusal: BareRefusal,
  head: ResponseHead,
  unread: UnreadBody | null,
): Promise<void> {
  const isLast = head.isLast || unread !== null
  writeHead(response, refusal.httpStatus, refusal.headers, 0, { date: head.date, isLast })
  if (unread !== null) {
    response.flushHeaders()
    const { socket } = request
    const timer = unread.isUnwanted ? setTimeout(() => socket.destroy(), LINGER_MS) : undefined
    // The answer is whole and nothing will follow it, so the client need not wait for the connection to
    // end.
    if (unread.isUnwanted) socket.end()
    await discardBody(request, unread.maxDiscardedBytes)
    clearTimeout(timer)
  }
  response.end()
}

/** A whole answer without a body in bytes, for a connection that no request was read from. */
export function formatBareResponse(status: number, date: string): string {
  return [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    `date: ${date}`,
    'connection: close',
    'content-length: 0',
    '\r\n',
  ].join('\r\n')
}

function writeHead(
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string>>,
  bodyBytes: number,
  { date, isLast }: ResponseHead,
): void {
  const head: Record<string, string> = { ...headers, date }
  // RFC 9110 §8.6: no length with 204, and with 304 only the length that a 200 would have.
  if (status !== 204 && status !== 304) head['content-length'] = String(bodyBytes)
  if (isLast) head['connection'] = 'close'
  response.writeHead(status, head)
}
