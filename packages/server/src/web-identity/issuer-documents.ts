import { isJsonObject, JsonError, type JsonObject, parseStrictJson } from './strict-json.ts'

/**
 * The keys of an issuer could not be got. `unreachable`: nothing answers at present. `unusable`:
 * the answer, or the address, is not acceptable. The text is for the log, not for the caller.
 */
export class KeySourceError extends Error {
  override readonly name = 'KeySourceError'
  readonly reason: 'unreachable' | 'unusable'

  constructor(
    reason: 'unreachable' | 'unusable',
    message: string,
    options: { readonly cause?: unknown } = {},
  ) {
    super(message, options)
    this.reason = reason
  }
}

/** A document that an issuer publishes. */
export interface FetchedDocument {
  readonly text: string
  /** Headers of the answer that say how long it stays fresh; null when absent. */
  readonly cacheControl: string | null
  readonly age: string | null
}

/**
 * Fetches one document of an issuer, and nothing but it: an answer other than 200 is an error, a
 * redirect too. Stops when the signal says so.
 * @throws KeySourceError
 */
export type FetchDocument = (
  url: string,
  issuer: string,
  signal: AbortSignal,
) => Promise<FetchedDocument>

/** Where a document may be fetched from. */
export interface DocumentUrl {
  readonly url: URL
  /** The operator listed its origin: it may be plain http, on any port, at any address. */
  readonly isListed: boolean
}

/**
 * Reads the URL of an issuer's document. Without being listed it must be https on port 443: AWS
 * takes no other issuers, and with other ports a provider could make the server call whatever
 * listens there. A listed origin is open to the issuers of that origin alone, for the same reason.
 * @throws KeySourceError `unusable`
 */
export function parseDocumentUrl(
  text: string,
  issuer: string,
  listedOrigins: ReadonlySet<string>,
): DocumentUrl {
  const url = URL.parse(text)
  if (url === null) throw unusable('an address of the issuer is not a URL')
  if (url.username !== '' || url.password !== '' || url.hash !== '') {
    throw unusable(`the address on ${url.host} has credentials or a fragment`)
  }
  const isListed = listedOrigins.has(url.origin)
  if (!isListed && (url.protocol !== 'https:' || url.port !== '')) {
    throw unusable(`${url.origin} is neither https on port 443 nor a listed origin`)
  }
  if (isListed && URL.parse(issuer)?.origin !== url.origin) {
    throw unusable(`${url.origin} is listed, but not for ${issuer}, which is another origin`)
  }
  return { url, isListed }
}

/**
 * Reads an entry of the operator's list: an origin, `https://idp.internal` or
 * `http://127.0.0.1:8080`. @throws RangeError for anything else, with the entry in its text
 */
export function parseListedOrigin(text: string): string {
  const url = URL.parse(text)
  const isOrigin = url !== null && /^https?:$/.test(url.protocol) && url.href === `${url.origin}/`
  if (!isOrigin || text.replace(/\/$/, '') !== url.origin) {
    throw new RangeError(`${text} is not an origin such as https://idp.internal:8443`)
  }
  return url.origin
}

/** Reads a JSON object that an issuer publishes; `name` stands in the error. @throws KeySourceError `unusable` */
export function parseDocument(text: string, name: string): JsonObject {
  try {
    const value = parseStrictJson(text)
    if (isJsonObject(value)) return value
  } catch (error) {
    if (!(error instanceof JsonError)) throw error
    throw unusable(`${name} is not strict JSON: ${error.message}`)
  }
  throw unusable(`${name} is not a JSON object`)
}

const DIRECTIVE = /^\s*([\w-]+)\s*(?:=\s*"?(\d{1,10})"?\s*)?$/

/**
 * How long a document is fresh from now on, in seconds (RFC 9111 §4.2, for a private cache): `max-age`
 * less `Age`; 0 for `no-store` and `no-cache`; null when the answer doesn't say. Of contradicting
 * directives the shortest counts.
 */
export function readFreshSeconds({ cacheControl, age }: FetchedDocument): number | null {
  const limits = (cacheControl ?? '')
    .toLowerCase()
    .split(',')
    .map(readLimit)
    .filter(limit => limit !== null)
  if (limits.length === 0) return null
  const elapsed = age !== null && /^\d{1,10}$/.test(age) ? Number(age) : 0
  return Math.max(0, Math.min(...limits) - elapsed)
}

function readLimit(directive: string): number | null {
  const [, name, seconds] = DIRECTIVE.exec(directive) ?? []
  if (name === 'no-store' || name === 'no-cache') return 0
  return name === 'max-age' && seconds !== undefined ? Number(seconds) : null
}

function unusable(message: string): KeySourceError {
  return new KeySourceError('unusable', message)
}
