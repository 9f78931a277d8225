import { hash } from 'node:crypto'
import { formatCacheControl } from '../issuer/cache-control.ts'
import type { WireResponse } from '../wire/message.ts'

/** Browsers may read the documents from any origin: they are public. */
const PUBLIC = { 'access-control-allow-origin': '*', 'x-content-type-options': 'nosniff' }

/** A browser's question before the request proper (Fetch standard, CORS preflight). */
export function answerPreflight(): WireResponse {
  const headers = {
    ...PUBLIC,
    'access-control-allow-methods': 'GET, HEAD',
    'access-control-allow-headers': '*',
    'access-control-max-age': '86400',
  }
  return { status: 204, headers, body: '' }
}

/** A discovery document or a JWKS, or 304 when the client has it already (RFC 9110 §13.1.2). */
export function answerDocument(
  json: string,
  ifNoneMatch: string | undefined,
  maxAgeSeconds: number,
): WireResponse {
  const entityTag = `"${hash('sha256', json, 'base64url')}"`
  const headers = {
    ...PUBLIC,
    'cache-control': formatCacheControl(maxAgeSeconds),
    etag: entityTag,
  }
  if (ifNoneMatch !== undefined && matchesEntityTag(ifNoneMatch, entityTag)) {
    return { status: 304, headers, body: '' }
  }
  return { status: 200, headers: { ...headers, 'content-type': 'application/json' }, body: json }
}

/** There is no such issuer. Not cached: it may be made at any time. */
export function answerUnknownIssuer(): WireResponse {
  return {
    status: 404,
    headers: { ...PUBLIC, 'cache-control': 'no-store', 'content-type': 'application/json' },
    body: '{"error":"unknown_issuer","message":"There is no issuer at this address."}',
  }
}

/**
 * The answer when it can't be found out now whether there is such an issuer. It is not cached, because
 * the next attempt may find one.
 */
export function answerUnavailable(): WireResponse {
  return {
    status: 503,
    headers: { ...PUBLIC, 'cache-control': 'no-store', 'content-type': 'application/json' },
    body: '{"error":"unavailable","message":"The document cannot be read now. Try again."}',
  }
}

/** Weak comparison of a list, or `*`, with a strong entity tag (RFC 9110 §8.8.3.2). */
export function matchesEntityTag(ifNoneMatch: string, entityTag: string): boolean {
  if (ifNoneMatch.trim() === '*') return true
  for (const [tag] of ifNoneMatch.matchAll(/"[^"]*"/g)) {
    if (tag === entityTag) return true
  }
  return false
}
