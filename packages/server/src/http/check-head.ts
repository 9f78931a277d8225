import type { IncomingMessage } from 'node:http'
import { BareRefusal } from '../errors.ts'
import { isAcceptablePath, isSameHost, type RequestTarget } from './request-target.ts'

/**
 * The part of the head that a query may not fill. AWS accepts queries of 15,870 of 16,384 bytes
 * (aws-wire §1.5).
 */
const BYTES_BESIDE_QUERY = 514

/**
 * After these answers the connection is closed, because client and server may disagree about where a
 * request ends.
 */
const CLOSE = { connection: 'close' }

/**
 * Finds what is wrong with a head that node's parser let pass: another protocol version, an ambiguous
 * host or framing, too many bytes, a malformed path. The service must not act on such a head. `target`
 * is the request-target as received. Null when nothing is. Answers 505, 400 or 501 (RFC 9112 §3.2,
 * §6.1; aws-wire §1.5, §7.3 row 1).
 */
export function findHeadFault(
  request: IncomingMessage,
  target: string,
  { path, rawQuery, authority }: RequestTarget,
  maxHeadBytes: number,
): BareRefusal | null {
  const { httpVersion, headers, rawHeaders } = request
  if (httpVersion !== '1.1' && httpVersion !== '1.0') return new BareRefusal(505, CLOSE)
  const hosts = countHosts(rawHeaders)
  if (hosts > 1 || (hosts === 0 && httpVersion === '1.1')) return new BareRefusal(400, CLOSE)
  if (authority !== null && !isSameHost(authority, headers.host ?? authority.host)) {
    return new BareRefusal(400, CLOSE)
  }
  const encoding = headers['transfer-encoding']
  if (encoding !== undefined) {
    // A proxy that speaks HTTP/1.0 does not know chunks, so it may see a different message in these
    // bytes.
    if (httpVersion === '1.0') return new BareRefusal(400, CLOSE)
    if (encoding.toLowerCase() !== 'chunked') return new BareRefusal(501, CLOSE)
  }
  if (
    rawQuery.length > maxHeadBytes - BYTES_BESIDE_QUERY ||
    countHeadBytes(request, target) > maxHeadBytes
  ) {
    return new BareRefusal(400, CLOSE)
  }
  return isAcceptablePath(path) ? null : new BareRefusal(400)
}

function countHosts(rawHeaders: readonly string[]): number {
  let count = 0
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]
    if (name?.length === 4 && name.toLowerCase() === 'host') count += 1
  }
  return count
}

function countHeadBytes({ method = '', rawHeaders }: IncomingMessage, target: string): number {
  let count = method.length + target.length + ' '.length + ' HTTP/1.1\r\n\r\n'.length
  // Names and values alternate; each pair of them costs `: ` and CRLF.
  for (const text of rawHeaders) count += text.length + 2
  return count
}
