import type { Directory } from '../directory/directory.ts'
import type { Api } from '../operations/apis.ts'
import type { Caller } from '../principals/caller.ts'
import { type AccessKeyId, isAccessKeyId } from '../principals/identifiers.ts'
import type { Secret } from '../secrets/secret.ts'
import type { OpenedSession, SessionCredentials } from '../sessions/session-credentials.ts'
import { SessionTokenError } from '../sessions/session-token-error.ts'
import type { WireRequest } from '../wire/message.ts'
import { checkScope } from '../wire/sigv4/check-scope.ts'
import type { ScopedClaim } from '../wire/sigv4/claim.ts'
import { parseAuthorization } from '../wire/sigv4/parse-authorization.ts'
import {
  expiredSessionToken,
  invalidSessionToken,
  unknownAccessKey,
} from '../wire/sigv4/refusals.ts'
import type { SignatureVerifier } from '../wire/sigv4/verify.ts'

/**
 * Step 3 of the pipeline, first half: what the request says about its signer, in a scope that the
 * service accepts (aws-wire §7.3, rows 4 to 13). Proves nothing yet. @throws ServiceError
 */
export function readClaim(
  request: WireRequest,
  api: Api,
  isRegionAllowed: (signed: string) => boolean,
  nowMs: number,
): ScopedClaim {
  const claim = parseAuthorization(request, nowMs)
  return checkScope(claim, { service: api.name, isRegionAllowed })
}

/** What the second half of authentication works with. */
export interface Authenticator {
  readonly directory: Pick<
    Directory,
    'findCredential' | 'findSessionPrincipal' | 'recordKeyUse' | 'recordRoleUse'
  >
  readonly sessions: SessionCredentials
  readonly verifier: SignatureVerifier
  /** The region that a call counts as. */
  readonly resolveRegion: (signed: string) => string
}

/**
 * Step 3 of the pipeline, second half: the caller, if the signature is theirs (§7.3, rows 14 to 16).
 * @throws ServiceError `InvalidClientTokenId`, `ExpiredToken`, `SignatureDoesNotMatch`
 */
export async function authenticate(
  claim: ScopedClaim,
  api: Api,
  authenticator: Authenticator,
  nowMs: number,
): Promise<Caller> {
  const { accessKeyId, sessionToken } = claim
  if (sessionToken !== null) {
    return authenticateSession(claim, api, sessionToken, authenticator, nowMs)
  }
  const { directory, verifier, resolveRegion } = authenticator
  const credential = isAccessKeyId(accessKeyId) ? await directory.findCredential(accessKeyId) : null
  verifier.verify(claim, credential?.secret ?? null)
  // The verifier has already refused an unknown key, in the same time as a known one.
  if (credential === null || !isAccessKeyId(accessKeyId)) throw unknownAccessKey()
  const { region, service } = claim.scope
  const use = { usedAtMs: nowMs, region: resolveRegion(region), service }
  directory.recordKeyUse(accessKeyId, use)
  return credential.caller
}

/**
 * The key of temporary credentials. Their token holds the secret, and the directory knows whether they
 * are still valid.
 */
async function authenticateSession(
  claim: ScopedClaim,
  api: Api,
  sessionToken: Secret,
  { directory, sessions, verifier, resolveRegion }: Authenticator,
  nowMs: number,
): Promise<Caller> {
  const { accessKeyId } = claim
  if (!isAccessKeyId(accessKeyId)) throw invalidSessionToken()
  const opened = openSession(sessions, sessionToken, accessKeyId, nowMs)
  const caller = await directory.findSessionPrincipal(opened, accessKeyId)
  // The role or user is gone, or has revoked its sessions. AWS answers so even if the signature is
  // wrong.
  if (caller === null) throw unknownAccessKey()
  verifier.verify(claim, opened.secret)
  if (!api.sessionKinds.includes(opened.session.kind)) throw invalidSessionToken()
  if (caller.kind === 'assumed-role') {
    const { accountId, id } = caller.role
    const region = resolveRegion(claim.scope.region)
    directory.recordRoleUse(id, { accountId, usedAtMs: nowMs, region })
  }
  return caller
}

function openSession(
  sessions: SessionCredentials,
  sessionToken: Secret,
  accessKeyId: AccessKeyId,
  nowMs: number,
): OpenedSession {
  try {
    return sessions.open(sessionToken, accessKeyId, nowMs)
  } catch (cause) {
    if (!(cause instanceof SessionTokenError)) throw cause
    throw cause.reason === 'expired' ? expiredSessionToken() : invalidSessionToken({ cause })
  }
}
