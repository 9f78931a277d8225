import { type IncomingMessage, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { decodeUtf8 } from './base64url.ts'
import {
  type FetchDocument,
  type FetchedDocument,
  KeySourceError,
  parseDocumentUrl,
  parseListedOrigin,
} from './issuer-documents.ts'
import { isPublicAddress } from './public-address.ts'
import type { HostResolver, HostResolvers } from './resolve-host.ts'

/** The largest document that is read. */
export const MAX_DOCUMENT_BYTES = 131_072

const MAX_HEADER_BYTES = 16_384

/** What {@link createHttpsFetch} works with. */
export interface HttpsFetchDeps {
  /** Origins that may be plain http, on any port, and at private addresses, for their own issuers. */
  readonly listedOrigins: readonly string[]
  readonly resolvers: HostResolvers
  /** Certificates in PEM to trust instead of the public authorities; null for those. */
  readonly certificateAuthorities: string | null
}

/**
 * Fetches documents of issuers, which may be hostile: bounded in size and, by the signal, in time;
 * no redirects; no host that is not on the public internet, unless listed. The name is resolved
 * once, and the connection goes to the very addresses that were checked, so that a name cannot lead
 * elsewhere in between. A proxy is not used: it would resolve the name again.
 * @throws RangeError when a listed origin is not an origin
 */
export function createHttpsFetch(deps: HttpsFetchDeps): FetchDocument {
  const listedOrigins = new Set(deps.listedOrigins.map(parseListedOrigin))

  return async (address, issuer, signal) => {
    const { url, isListed } = parseDocumentUrl(address, issuer, listedOrigins)
    const resolve = isListed ? deps.resolvers.listed : deps.resolvers.public
    try {
      signal.throwIfAborted()
      const addresses = await findAddresses(url, resolve, signal)
      const hidden = isListed ? undefined : addresses.find(found => !isPublicAddress(found))
      if (hidden !== undefined) {
        throw unusable(`${url.host} is at ${hidden}, which is not public, and not a listed origin`)
      }
      const response = await sendRequest(url, addresses, deps.certificateAuthorities, signal)
      return await readDocument(response, url)
    } catch (error) {
      throw toKeySourceError(error, url, signal)
    }
  }
}

async function findAddresses(
  url: URL,
  resolve: HostResolver,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const host = hostOf(url)
  return isIP(host) === 0 ? resolve(host, signal) : [host]
}

function sendRequest(
  url: URL,
  addresses: readonly string[],
  certificateAuthorities: string | null,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  const options = {
    host: hostOf(url),
    port: url.port,
    path: `${url.pathname}${url.search}`,
    headers: { accept: 'application/json', 'accept-encoding': 'identity' },
    agent: false,
    lookup: createFixedLookup(addresses),
    maxHeaderSize: MAX_HEADER_BYTES,
    signal,
  }
  const request =
    url.protocol === 'https:'
      ? requestHttps({
          ...options,
          rejectUnauthorized: true,
          minVersion: 'TLSv1.2',
          ...(certificateAuthorities === null ? {} : { ca: certificateAuthorities }),
        })
      : requestHttp(options)
  request.once('response', resolve)
  request.on('error', reject)
  // A connection that switches protocols closes without an answer and without an error.
  request.once('close', () => reject(unusable(`${url.origin} closed without an answer`)))
  request.end()
  return promise
}

/** A look-up that gives the addresses that were checked, and asks no name server. */
function createFixedLookup(addresses: readonly string[]): LookupFunction {
  const found = addresses.map(address => ({ address, family: isIP(address) }))
  return (_hostname, options, callback) => {
    const [first] = found
    if (options.all === true) callback(null, found)
    else callback(null, first?.address ?? '', first?.family ?? 0)
  }
}

async function readDocument(response: IncomingMessage, url: URL): Promise<FetchedDocument> {
  try {
    const { statusCode = 0, headers } = response
    if (statusCode >= 500 || statusCode === 429) {
      throw new KeySourceError('unreachable', `${url.origin} answered with status ${statusCode}`)
    }
    if (statusCode !== 200) throw unusable(`${url.origin} answered with status ${statusCode}`)
    if ((headers['content-encoding'] ?? 'identity') !== 'identity') {
      throw unusable(`${url.origin} sent an encoded document`)
    }
    const text = decodeUtf8(await readBody(response, url))
    if (text === null) throw unusable(`${url.origin} sent a document that is not UTF-8`)
    return { text, cacheControl: headers['cache-control'] ?? null, age: headers.age ?? null }
  } finally {
    response.destroy()
  }
}

async function readBody(response: IncomingMessage, url: URL): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let byteCount = 0
  for await (const chunk of response) {
    if (!(chunk instanceof Uint8Array)) throw new TypeError('a body comes in bytes')
    byteCount += chunk.length
    if (byteCount > MAX_DOCUMENT_BYTES) {
      throw unusable(`${url.origin} sent more than ${MAX_DOCUMENT_BYTES} bytes`)
    }
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** Failures of the network pass; everything else, such as a wrong certificate, needs somebody to act. */
const NETWORK_FAILURE =
  /^E(?:CONN(?:REFUSED|RESET|ABORTED)|TIMEDOUT|PIPE|HOSTUNREACH|HOSTDOWN|NETUNREACH|NETDOWN|ADDRNOTAVAIL|AI_AGAIN)$/

function toKeySourceError(error: unknown, url: URL, signal: AbortSignal): KeySourceError {
  if (error instanceof KeySourceError) return error
  if (signal.aborted) {
    return new KeySourceError('unreachable', `${url.origin} took too long`, { cause: error })
  }
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const reason = NETWORK_FAILURE.test(code) ? 'unreachable' : 'unusable'
  return new KeySourceError(reason, `${url.origin} cannot be asked: ${code || String(error)}`, {
    cause: error,
  })
}

function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[(.*)\]$/, '$1')
}

function unusable(message: string): KeySourceError {
  return new KeySourceError('unusable', message)
}
