import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { isLoopbackAddress, isLoopbackHost } from '../runtime/loopback.ts'
import type { WireResponse } from '../wire/message.ts'
import type { RequestTarget } from './request-target.ts'

/** Where the pages are. */
const PREFIX = '/dev/'

/** Answers a request for a page; `path` is what follows `/dev/`, still percent-encoded. */
export type DevelopmentPages = (path: string, query: URLSearchParams) => Promise<WireResponse>

/** Whether a request is for a page of these, if there are any. */
export function isDevelopmentPath(path: string): boolean {
  return path.startsWith(PREFIX)
}

/**
 * Answers programs on this machine and nobody else. It refuses browsers (whatever page they show),
 * proxies and clients on other machines. It also refuses a host name that is not this machine's own,
 * because an attacker may let a name point here.
 */
export async function answerDevelopmentRequest(
  pages: DevelopmentPages,
  request: IncomingMessage,
  { path, rawQuery }: RequestTarget,
): Promise<WireResponse> {
  const problem = findStranger(request)
  return problem === null
    ? pages(path.slice(PREFIX.length), new URLSearchParams(rawQuery))
    : formatDevelopmentResponse(403, { error: 'forbidden', message: problem })
}

/**
 * A page in JSON. Its headers keep browsers from storing it and from showing it as something other than
 * JSON.
 */
export function formatDevelopmentResponse(status: number, content: object): WireResponse {
  return {
    status,
    headers: {
      'content-type': 'application/json',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'same-origin',
    },
    body: `${JSON.stringify(content, null, 2)}\n`,
  }
}

/**
 * Headers by which browsers tell of themselves (Fetch Metadata; RFC 6454 §7). Not `sec-fetch-mode`:
 * the `fetch` of Node.js sends it too.
 */
const BROWSER_HEADERS = ['origin', 'sec-fetch-site']
/** Headers by which proxies do (RFC 7239, RFC 9110 §7.6.3, and custom). */
const PROXY_HEADERS = ['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip']

/** Why the request is not from a program on this machine; null when it is. */
function findStranger({ headers, socket }: IncomingMessage): string | null {
  const { localAddress = '', remoteAddress = '' } = socket
  if (!isLoopbackAddress(remoteAddress) || !isLoopbackAddress(localAddress)) {
    return 'These pages are for programs on the same machine.'
  }
  if (!isLoopbackHost(hostOf(headers))) {
    return 'These pages are at 127.0.0.1, [::1] or localhost, and under no other name.'
  }
  if (hasAny(headers, BROWSER_HEADERS)) return 'These pages are not for browsers.'
  if (hasAny(headers, PROXY_HEADERS)) return 'These pages are not for proxies.'
  return null
}

function hostOf({ host = '' }: IncomingHttpHeaders): string {
  return host.replace(/:\d*$/, '')
}

function hasAny(headers: IncomingHttpHeaders, names: readonly string[]): boolean {
  return names.some(name => headers[name] !== undefined)
}
