import { KeySourceError } from './key-source-error.ts'

/** Where a document may be fetched from. */
export interface DocumentUrl {
  readonly url: URL
  /** The operator listed its origin: it may be plain http, on any port, at any address. */
  readonly isListed: boolean
}

/**
 * Reads the URL of an issuer's document. Without being listed it must be https on port 443: AWS takes
 * no other issuers, and other ports would let a provider knock at whatever listens there. A listed
 * origin is open to the issuers of that origin alone: any other could make the server knock at it.
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

function unusable(message: string): KeySourceError {
  return new KeySourceError('unusable', message)
}
