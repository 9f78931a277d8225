import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http'
import type { BareRefusal } from '../errors.ts'
import type { WireAnswer } from '../wire/message.ts'
import { discardBody } from './body.ts'

/** What every answer says besides its own headers. */
export interface AnswerHead {
  /** Value of `Date`. */
  readonly date: string
  /** The connection ends with this answer. */
  readonly isLast: boolean
}

/** Writes a whole answer, with its length and nothing that it does not name itself. */
export function writeAnswer(
  response: ServerResponse,
  { status, headers, body }: WireAnswer,
  head: AnswerHead,
): void {
  writeHead(response, status, headers, Buffer.byteLength(body), head)
  response.end(body)
}

/**
 * Writes an answer without a body. For a client that is still sending, at most `maxDiscardedBytes` of
 * the rest are read and forgotten before the connection ends, so that it finds the answer; null says
 * that nothing is left to read.
 */
export async function writeRefusal(
  request: IncomingMessage,
  response: ServerResponse,
  refusal: BareRefusal,
  head: AnswerHead,
  maxDiscardedBytes: number | null,
): Promise<void> {
  const isLast = head.isLast || maxDiscardedBytes !== null
  writeHead(response, refusal.httpStatus, refusal.headers, 0, { date: head.date, isLast })
  if (maxDiscardedBytes !== null) {
    response.flushHeaders()
    await discardBody(request, maxDiscardedBytes)
  }
  response.end()
}

/** A whole answer without a body in bytes, for a connection that no request was read from. */
export function formatBareAnswer(status: number, date: string): string {
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
  { date, isLast }: AnswerHead,
): void {
  const head: Record<string, string> = { ...headers, date }
  // RFC 9110 §8.6: no length with 204, and with 304 only the length that a 200 would have.
  if (status !== 204 && status !== 304) head['content-length'] = String(bodyBytes)
  if (isLast) head['connection'] = 'close'
  response.writeHead(status, head)
}
