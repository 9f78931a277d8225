import { formatUserArn } from '../principals/arn.ts'
import type { Caller } from '../principals/caller.ts'
import type { OriginIdentity } from '../principals/identity-context.ts'
import type { Session } from '../principals/session.ts'
import type { AuditFields } from './event.ts'
import { formatEventTime } from './event-time.ts'

/**
 * Who made a call, as CloudTrail's `userIdentity` (AWS CloudTrail User Guide: CloudTrail
 * userIdentity element). Role sessions carry their role in `sessionContext`.
 */
export function formatUserIdentity(caller: Caller): AuditFields {
  const { account, accessKeyId, arn, userId, session } = caller
  return {
    type: TYPES[caller.kind],
    principalId: userId,
    arn,
    accountId: account.id,
    ...(accessKeyId !== null && { accessKeyId }),
    ...(caller.kind === 'user' && { userName: caller.user.name }),
    ...(caller.kind === 'web-identity' && {
      userName: caller.identity.subject,
      identityProvider: caller.identity.provider.arn,
    }),
    ...(session !== null && { sessionContext: formatSessionContext(caller, session) }),
  }
}

/**
 * The identity of a call that nobody has proven to have made. The claimed access key id is kept if it
 * has the form of one; other texts in its place might be anything, a pasted secret included.
 */
export function formatUnknownIdentity(claimedAccessKeyId: string | null): AuditFields {
  const isWellFormed = claimedAccessKeyId !== null && KEY_ID.test(claimedAccessKeyId)
  return { type: 'Unknown', ...(isWellFormed && { accessKeyId: claimedAccessKeyId }) }
}

/** 20 characters, as all access key ids have that AWS or Credence makes (aws-wire §8). */
const KEY_ID = /^A[A-Z]{3}[A-Z0-9]{16}$/

const TYPES = {
  root: 'Root',
  user: 'IAMUser',
  'assumed-role': 'AssumedRole',
  'federated-user': 'FederatedUser',
  'web-identity': 'WebIdentityUser',
} as const

function formatSessionContext(caller: Caller, session: Session): AuditFields {
  const issuer = formatSessionIssuer(caller)
  return {
    ...(issuer !== null && { sessionIssuer: issuer }),
    ...(session.federatedProvider !== null && {
      webIdFederationData: { federatedProvider: session.federatedProvider },
    }),
    attributes: { creationDate: formatEventTime(session.issuedAtMs), mfaAuthenticated: 'false' },
    ...(session.sourceIdentity !== null && { sourceIdentity: session.sourceIdentity }),
    ...(session.identityContext !== null && {
      originIdentity: formatOriginIdentity(session.identityContext.origin),
    }),
  }
}

/** On whose behalf the session acts. CloudTrail's own name for it is UNVERIFIED. */
function formatOriginIdentity(origin: OriginIdentity): AuditFields {
  const { subject, subjectType, issuer, federatedProvider: federatedProviderArn } = origin
  return { subject, ...(subjectType !== null && { subjectType }), issuer, federatedProviderArn }
}

function formatSessionIssuer(caller: Caller): AuditFields | null {
  const { account, principalArn } = caller
  const accountId = account.id
  switch (caller.kind) {
    case 'assumed-role': {
      const { id, name } = caller.role
      return { type: 'Role', principalId: id, arn: principalArn, accountId, userName: name }
    }
    case 'federated-user': {
      const { id, name, path } = caller.user
      const arn = formatUserArn({ partition: account.partition, accountId }, path, name)
      return { type: 'IAMUser', principalId: id, arn, accountId, userName: name }
    }
    default:
      return null
  }
}
