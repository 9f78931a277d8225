import type { Call, Permission } from '../operations/operation.ts'
import type { ContextValue } from '../policy/decision.ts'
import type { Caller, WebIdentityCaller } from '../principals/caller.ts'
import { COMPUTE_CONTEXT_KEYS } from '../principals/compute-context.ts'
import type { Session } from '../principals/session.ts'

/** One condition key with its value. */
type ContextPair = readonly [key: string, value: ContextValue]

/**
 * The condition keys of one permission: the operation's own and those of every request (aws-wire
 * §5.4). A key without a value in this request is absent, which conditions can ask for.
 */
export function* listContext(permission: Permission, call: Call): Iterable<ContextPair> {
  const { caller, nowMs } = call
  yield* caller.kind === 'web-identity' ? listProviderContext(caller) : listPrincipalContext(caller)
  if (caller.session !== null) yield* listSessionContext(caller.session)
  yield ['aws:SourceIp', call.sourceIp]
  yield ['aws:SecureTransport', String(call.secureTransport)]
  if (call.userAgent !== '') yield ['aws:UserAgent', call.userAgent]
  yield ['aws:CurrentTime', new Date(nowMs).toISOString()]
  yield ['aws:EpochTime', String(Math.floor(nowMs / 1000))]
  yield ['aws:RequestedRegion', call.region]
  yield* permission.context
}

/**
 * Whoever comes with a token of an identity provider is no principal of an account yet; AWS fills the
 * keys as observed: with the provider's account and ARN, and without `aws:PrincipalArn`.
 */
function* listProviderContext({ account, principalArn }: WebIdentityCaller): Iterable<ContextPair> {
  yield ['aws:PrincipalAccount', account.id]
  yield ['aws:PrincipalType', 'User']
  yield ['aws:userid', principalArn]
  yield ['aws:FederatedProvider', principalArn]
}

function* listPrincipalContext(caller: Exclude<Caller, WebIdentityCaller>): Iterable<ContextPair> {
  yield ['aws:PrincipalArn', caller.principalArn]
  yield ['aws:PrincipalAccount', caller.account.id]
  yield ['aws:PrincipalType', PRINCIPAL_TYPES[caller.kind]]
  yield ['aws:userid', caller.userId]
  if (caller.kind === 'user') yield ['aws:username', caller.user.name]
  for (const { key, value } of caller.principalTags) yield [`aws:PrincipalTag/${key}`, value]
  const { organization } = caller.account
  if (organization === null) return
  const { organizationId, path } = organization
  yield ['aws:PrincipalOrgID', organizationId]
  yield ['aws:PrincipalOrgPaths', [`${[organizationId, ...path].join('/')}/`]]
}

function* listSessionContext(session: Session): Iterable<ContextPair> {
  yield ['aws:TokenIssueTime', new Date(session.issuedAtMs).toISOString()]
  // There are no MFA devices here, so no session was ever made with one.
  yield ['aws:MultiFactorAuthPresent', 'false']
  if (session.sourceIdentity !== null) yield ['aws:SourceIdentity', session.sourceIdentity]
  if (session.federatedProvider !== null) yield ['aws:FederatedProvider', session.federatedProvider]
  for (const [claim, value] of session.computeContext) {
    const key = COMPUTE_CONTEXT_KEYS.get(claim)
    if (key !== undefined) yield [key, value]
  }
}

const PRINCIPAL_TYPES = {
  root: 'Account',
  user: 'User',
  'assumed-role': 'AssumedRole',
  'federated-user': 'FederatedUser',
} as const
