import type { IssuerUrlSetting } from '../principals/issuer-url-setting.ts'
import { isLocalHostname } from '../runtime/loopback.ts'
import { DISCOVERY_PATH, JWKS_PATH } from './discovery.ts'
import type { DocumentAddress } from './issuer.ts'

/** The way from issuer ids to URLs under one name, and back. */
export interface IssuerUrls {
  /** By what settings and commands tell the name from others. */
  readonly text: string
  /** The claim `iss`: no slash at the end. */
  formatIssuerUrl(issuerId: string): string
  /**
   * Which document a request asks for; null when it asks for none.
   * @param host the `Host` header, with or without a port
   * @param path the request's path as received, without a query
   */
  findDocumentAddress(host: string, path: string): DocumentAddress | null
  /**
   * How surely a request for one of the documents is for this name, by its `Host` header: 2 for its host
   * and port, 1 for its host with another port, 0 for another host.
   */
  rankHost(host: string): number
}

/** The setting can't be used. The message names its value and says what is wrong with it. */
export class IssuerUrlError extends Error {
  override readonly name = 'IssuerUrlError'
}

/** The issuer id in a URL that is exactly the URL of an issuer under a name; null for any other. */
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
  const url = parseIssuerUrl(baseUrl, baseUrl, allowInsecure)
  const { hostname, pathname } = url
  const prefix = pathname === '/' ? '/' : `${pathname}/`
  return {
    text: baseUrl,
    formatIssuerUrl: issuerId => `${baseUrl}/${issuerId}`,
    // The host is not looked at, because proxies and probes name it as they like. The answer is the
    // same.
    findDocumentAddress(_host, path) {
      if (!path.startsWith(prefix)) return null
      const slash = path.indexOf('/', prefix.length)
      if (slash < 0) return null
      return toDocumentAddress(baseUrl, path.slice(prefix.length, slash), path.slice(slash))
    },
    rankHost: host => (splitHost(host).name === hostname ? rankPort(host, url) : 0),
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
    text: hostPattern,
    formatIssuerUrl: issuerId => hostPattern.replace(PLACEHOLDER, issuerId),
    findDocumentAddress(host, path) {
      const { name } = splitHost(host)
      if (!name.startsWith(head) || !name.endsWith(tail)) return null
      const issuerId = name.slice(head.length, name.length - tail.length)
      return toDocumentAddress(hostPattern, issuerId, path)
    },
    rankHost: host => {
      const { name } = splitHost(host)
      return name.startsWith(head) && name.endsWith(tail) ? rankPort(host, url) : 0
    },
  }
}

function toDocumentAddress(
  name: string,
  issuerId: string,
  documentPath: string,
): DocumentAddress | null {
  if (!ISSUER_ID.test(issuerId)) return null
  if (documentPath === DISCOVERY_PATH) return { name, issuerId, document: 'discovery' }
  if (documentPath === JWKS_PATH) return { name, issuerId, document: 'jwks' }
  return null
}

/** Takes a `Host` header apart. The port is empty when there is none. */
function splitHost(host: string): { readonly name: string; readonly port: string } {
  const [, name = '', port = ''] = /^(.*?)(?::(\d*))?$/s.exec(host.toLowerCase()) ?? []
  return { name, port }
}

const DEFAULT_PORTS: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' }

/** Proxies take the port away or put another there, so a host with the wrong one is still the host. */
function rankPort(host: string, url: URL): number {
  const { port } = splitHost(host)
  return (port === DEFAULT_PORTS[url.protocol] ? '' : port) === url.port ? 2 : 1
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
