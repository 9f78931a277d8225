import { hash } from 'node:crypto'
import { formatCanonicalHeaders, type HeaderIndex } from './canonical-headers.ts'

/** The parts of a request that its signature covers, each as it is signed. */
export interface CanonicalParts {
  readonly method: string
  readonly path: string
  readonly query: string
  readonly headers: HeaderIndex
  /** Lower case, in any order. */
  readonly signedHeaders: readonly string[]
  /** Hex SHA-256 of the body as received. */
  readonly payloadHash: string
}

const EMPTY_PAYLOAD_HASH = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'

/**
 * Hex SHA-256 of a body. The body is always hashed as it came: STS knows no unsigned payload, and a
 * presigned GET has the hash of the empty body (aws-wire §7.1).
 */
export function hashPayload(body: Uint8Array): string {
  return body.length === 0 ? EMPTY_PAYLOAD_HASH : hash('sha256', body, 'hex')
}

/** The canonical request of aws-wire §7.1. Signed headers are sorted by name. */
export function formatCanonicalRequest(parts: CanonicalParts): string {
  const names = sorted(parts.signedHeaders)
  const headers = formatCanonicalHeaders(parts.headers, names)
  return `${parts.method}\n${parts.path}\n${parts.query}\n${headers}\n${names.join(';')}\n${parts.payloadHash}`
}

/** Hex SHA-256 of a canonical request; one character is one byte of it, as it came over the wire. */
export function hashCanonicalRequest(canonicalRequest: string): string {
  const isAscii = Buffer.byteLength(canonicalRequest, 'utf8') === canonicalRequest.length
  return hash('sha256', isAscii ? canonicalRequest : Buffer.from(canonicalRequest, 'latin1'), 'hex')
}

/** Clients send the names sorted; only for others is a copy made. */
function sorted(names: readonly string[]): readonly string[] {
  let previous = ''
  for (const name of names) {
    if (name < previous) return names.toSorted()
    previous = name
  }
  return names
}
