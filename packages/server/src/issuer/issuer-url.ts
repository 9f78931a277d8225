import type { IssuerUrlSetting } from '../principals/issuer-url-setting.ts'
import { isLocalHostname } from '../runtime/loopback.ts'
import { DISCOVERY_PATH, JWKS_PATH } from './discovery.ts'
import type { DocumentAddress } from './issuer.ts'

/** The way from issuer ids to URLs, and back. */
export interface IssuerUrls {
  /** The claim `iss`: no slash at the end. */
  formatIssuerUrl(issuerId: string): string
  /**
   * Which document a request asks for; null when it asks for none.
   * @param host the `Host` header, with or without a port
   * @param path the request's path as received, without a query
   */
  findDocumentAddress(host: string, path: string): DocumentAddress | null
}

/** The setting can't be used. The message names its value and says what is wrong with it. */
export class IssuerUrlError extends Error {
  override readonly name = 'IssuerUrlError'
}

/** The issuer id in a URL that is exactly the URL of an issuer here; null for any other. */
export function findOwnIssuerId(issuerUrls: IssuerUrls, issuerUrl: string): string | null {
  const url = URL.parse(issuerUrl)
  if (url === null) return null
  const path = url.pathname === '/' ? '' : url.pathname
  const address = issuerUrls.findDocumentAddress(url.host, `${path}${JWKS_PATH}`)
  if (address === null || issuerUrls.formatIssuerUrl(address.issuerId) !== issuerUrl) return null
  return address.issuerId
}

const PLACEHOLDER = '{id}'
const SAMPLE_ID = '00000000-0000-4000-8000-000000000000'
const ISSUER_ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/**
 * Checks the setting and makes the functions for it. Verifiers compare issuers byte by byte, so only
 * URLs in their normal form are accepted.
 * @throws IssuerUrlError
 */
export function createIssuerUrls(setting: IssuerUrlSetting): IssuerUrls {
  return 'baseUrl' in setting
    ? createPathIssuerUrls(setting.baseUrl, setting.allowInsecure)
    : createHostIssuerUrls(setting.hostPattern, setting.allowInsecure)
}

function createPathIssuerUrls(baseUrl: string, allowInsecure: boolean): IssuerUrls {
  const { pathname } = parseIssuerUrl(baseUrl, baseUrl, allowInsecure)
  const prefix = pathname === '/' ? '/' : `${pathname}/`
  return {
    formatIssuerUrl: issuerId => `${baseUrl}/${issuerId}`,
    // The host is not looked at, because proxies and probes name it as they like. The answer is the
    // same.
    findDocumentAddress(_host, path) {
      if (!path.startsWith(prefix)) return null
      const slash = path.indexOf('/', prefix.length)
      if (slash < 0) return null
      return toDocumentAddress(path.slice(prefix.length, slash), path.slice(slash))
    },
  }
}

function createHostIssuerUrls(hostPattern: string, allowInsecure: boolean): IssuerUrls {
  if (hostPattern.split(PLACEHOLDER).length !== 2) {
    throw new IssuerUrlError(
      `issuer host pattern ${hostPattern} must contain ${PLACEHOLDER} exactly once`,
    )
  }
  const url = parseIssuerUrl(
    hostPattern.replace(PLACEHOLDER, SAMPLE_ID),
    hostPattern,
    allowInsecure,
  )
  const labels = url.hostname.split('.')
  const position = labels.indexOf(SAMPLE_ID)
  if (position < 0) {
    throw new IssuerUrlError(
      `issuer host pattern ${hostPattern} must have ${PLACEHOLDER} as one whole label of its host`,
    )
  }
  if (url.pathname !== '/') {
    throw new IssuerUrlError(`issuer host pattern ${hostPattern} must not have a path`)
  }
  const before = labels.slice(0, position).map(label => `${label}.`)
  const after = labels.slice(position + 1).map(label => `.${label}`)
  const [head, tail] = [before.join(''), after.join('')]
  return {
    formatIssuerUrl: issuerId => hostPattern.replace(PLACEHOLDER, issuerId),
    findDocumentAddress(host, path) {
      const name = host.toLowerCase().replace(/:\d*$/, '')
      if (!name.startsWith(head) || !name.endsWith(tail)) return null
      return toDocumentAddress(name.slice(head.length, name.length - tail.length), path)
    },
  }
}

function toDocumentAddress(issuerId: string, documentPath: string): DocumentAddress | null {
  if (!ISSUER_ID.test(issuerId)) return null
  if (documentPath === DISCOVERY_PATH) return { issuerId, document: 'discovery' }
  if (documentPath === JWKS_PATH) return { issuerId, document: 'jwks' }
  return null
}

function parseIssuerUrl(text: string, shown: string, allowInsecure: boolean): URL {
  const url = URL.parse(text)
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    throw new IssuerUrlError(`issuer URL ${shown} is not an https URL`)
  }
  if (/[?#]/.test(text)) {
    throw new IssuerUrlError(`issuer URL ${shown} must not have a query or a fragment`)
  }
  if (url.username !== '' || url.password !== '') {
    throw new IssuerUrlError('the issuer URL must not have a user name or a password')
  }
  if (text.endsWith('/')) throw new IssuerUrlError(`issuer URL ${shown} must not end with a slash`)
  const normal = url.pathname === '/' ? url.origin : url.href
  if (text !== normal) {
    throw new IssuerUrlError(
      `issuer URL ${shown} is not in normal form; write ${normal.replace(SAMPLE_ID, PLACEHOLDER)}`,
    )
  }
  if (url.protocol === 'http:' && !allowInsecure && !isLocalHostname(url.hostname)) {
    throw new IssuerUrlError(
      `issuer URL ${shown} must use https: without TLS anybody on the way can replace the keys`,
    )
  }
  return url
}
