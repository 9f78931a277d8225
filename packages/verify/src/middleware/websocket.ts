import { copyText } from '../copy-text.ts'
import { type NodeRequest, readAuthorizations } from './bearer.ts'
import type { Authentication, Guard } from './guard.ts'
import type { Refusal } from './refusal.ts'

/** Whether a connection is let in, and which subprotocols the client offers besides its token. */
export type UpgradeAuthentication<Grant> = Authentication<Grant> & {
  /** Choose among these. The token is not in it: a chosen subprotocol is sent back in clear. */
  readonly protocols: readonly string[]
}

/** What the subprotocol that carries a token begins with. */
const TOKEN_PREFIX = 'bearer.'

/**
 * Decides on the upgrade of a connection to a WebSocket. Programs send `Authorization`; browsers
 * cannot, and offer the subprotocol `bearer.<token>` beside their own:
 * `new WebSocket(url, ['orders.v1', 'bearer.' + token])`.
 *
 * The identity holds for the moment of the upgrade: close the connection at `claims.exp`.
 */
export async function authenticateUpgrade<Grant>(
  guard: Guard<Grant>,
  request: NodeRequest,
): Promise<UpgradeAuthentication<Grant>> {
  const offered = [request.headers['sec-websocket-protocol'] ?? []]
    .flat()
    .flatMap(value => value.split(','))
    .map(value => value.trim())
    .filter(value => value !== '')
  const tokens = offered.filter(protocol => protocol.startsWith(TOKEN_PREFIX))
  const authorizations = [
    ...readAuthorizations(request),
    ...tokens.map(protocol => `Bearer ${protocol.slice(TOKEN_PREFIX.length)}`),
  ]
  const result = await guard.authenticate(authorizations, request)
  const protocols = offered.filter(protocol => !tokens.includes(protocol)).map(copyText)
  return { ...result, protocols }
}

const REASONS = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  503: 'Service Unavailable',
}

/** The answer to a refused upgrade, to be written to the bare socket. */
export function formatUpgradeRefusal({ status, headers }: Refusal): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  return [`HTTP/1.1 ${status} ${REASONS[status]}`, ...lines, 'connection: close', '', ''].join(
    '\r\n',
  )
}
