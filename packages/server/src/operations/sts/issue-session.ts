import { ServiceError } from '../../errors.ts'
import type { Session } from '../../principals/session.ts'
import type { SessionPrincipal } from '../../principals/session-principal.ts'
import { measurePackedSize } from '../../sessions/packed-size.ts'
import {
  type IssuedCredentials,
  MAX_SESSION_TOKEN_CHARACTERS,
} from '../../sessions/session-credentials.ts'
import { SessionTokenError } from '../../sessions/session-token-error.ts'
import type { Call } from '../operation.ts'

/** What a request says of the token. */
interface TokenSizeRequest {
  readonly minimumSessionTokenSize?: number | undefined
}

/**
 * Makes the credentials of a session. Nothing is written: the session is in its token.
 * @returns members of the output and of the audit's `responseElements`. `packedPolicySize` is there
 * when there was something to pack.
 * @throws ServiceError `PackedPolicyTooLarge`
 */
export function issueSession(
  { services }: Pick<Call, 'services'>,
  session: Session,
  principal: SessionPrincipal,
  { minimumSessionTokenSize = 0 }: TokenSizeRequest,
) {
  const percent = measurePackedSize(session)
  if (percent > 100) throw packedTooLarge(percent)
  const issued = issueCredentials(services, session, principal, minimumSessionTokenSize)
  const packed = percent === 0 ? {} : { packedPolicySize: percent }
  const sessionTokenSize = issued.sessionToken.reveal().length
  const size = {
    sessionTokenUtilization: Math.ceil((sessionTokenSize * 100) / MAX_SESSION_TOKEN_CHARACTERS),
    sessionTokenSize,
  }
  return {
    output: { credentials: revealCredentials(issued), ...packed, ...size },
    responseElements: { credentials: toCredentialsFields(issued), ...packed },
  }
}

function issueCredentials(
  { sessions }: Call['services'],
  session: Session,
  principal: SessionPrincipal,
  minTokenCharacters: number,
): IssuedCredentials {
  try {
    return sessions.issue(session, principal, minTokenCharacters)
  } catch (error) {
    if (!(error instanceof SessionTokenError)) throw error
    // Contexts and scope-down policies are not in the packed size, but they take room in the token.
    throw packedTooLarge(101, error)
  }
}

/** The only place where a new session's secrets are revealed. */
function revealCredentials(issued: IssuedCredentials) {
  return {
    accessKeyId: issued.accessKeyId,
    secretAccessKey: issued.secretAccessKey.reveal(),
    sessionToken: issued.sessionToken.reveal(),
    expiration: issued.expiresAtMs,
  }
}

/** What the audit keeps of credentials: which they are and until when, never what they open. */
function toCredentialsFields({ accessKeyId, expiresAtMs }: IssuedCredentials) {
  return { accessKeyId, expiration: new Date(expiresAtMs).toISOString() }
}

/** The refusal of session policies and tags that take this much of what a session may hold. */
export function packedTooLarge(percent: number, cause?: unknown): ServiceError {
  return new ServiceError(
    'PackedPolicyTooLarge',
    `Packed policy consumes ${percent}% of allotted space, please use smaller policy.`,
    { cause },
  )
}
