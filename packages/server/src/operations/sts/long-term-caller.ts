import { ServiceError } from '../../errors.ts'
import type { Session } from '../../principals/session.ts'
import type { SessionPrincipal } from '../../principals/session-principal.ts'
import type { Call } from '../operation.ts'

/**
 * Whose session a caller with a long-term key gets.
 * @throws ServiceError `AccessDenied` for whoever has a session already
 */
export function findLongTermPrincipal(
  { caller }: Call,
  action: string,
): Extract<SessionPrincipal, { kind: 'user' | 'root' }> {
  const { account, accessKeyId, session } = caller
  if (session === null && accessKeyId !== null) {
    const common = { accountId: account.id, parentAccessKeyId: accessKeyId }
    if (caller.kind === 'user') return { kind: 'user', ...common, userId: caller.user.id }
    if (caller.kind === 'root') return { kind: 'root', ...common }
  }
  throw refuseSession(action)
}

/**
 * Refuses sessions that were not made for this operation. Those of `GetSessionToken` may call
 * `AssumeRole`, `GetCallerIdentity` and, as observed, `GetWebIdentityToken`; those of
 * `GetFederationToken` only `GetCallerIdentity` (aws-wire §8).
 * @throws ServiceError `AccessDenied`
 */
export function refuseSessionsOf(
  kinds: readonly Session['kind'][],
  { caller: { session } }: Call,
  action: string,
): void {
  if (session !== null && kinds.includes(session.kind)) throw refuseSession(action)
}

// Observed for GetSessionToken and GetFederationToken; for the others the text is UNVERIFIED.
function refuseSession(action: string): ServiceError {
  return new ServiceError('AccessDenied', `Cannot call ${action} with session credentials`)
}
