import { type Arn, findProviderIssuer, parseArn } from '../principals/arn.ts'
import type { Caller } from '../principals/caller.ts'
import { COMPUTE_CONTEXT_KEYS } from '../principals/compute-context.ts'
import type { Account, OrganizationPlacement, User } from '../principals/entities.ts'
import { listIdentityContextKeys } from '../principals/identity-context.ts'
import type { Session, SessionWebIdentity } from '../principals/session.ts'
import type { ContextValue } from './decision.ts'

/** One condition key with its value. */
export type ContextPair = readonly [key: string, value: ContextValue]

/** Whose account it is, as far as conditions can ask. */
export interface KeyAccount extends Pick<Account, 'organization'> {
  readonly id: string
}

/** Who makes a request, as far as conditions can ask; every caller is one. */
export interface KeyPrincipal {
  readonly kind: Caller['kind']
  readonly account: KeyAccount
  readonly principalArn: Arn
  readonly userId: string
  readonly principalTags: Caller['principalTags']
  /** The user, and of a federated user the one who made the session. */
  readonly user?: Pick<User, 'name'>
}

/** What conditions can ask about how a request came. */
export interface KeyTransport {
  readonly sourceIp: string
  readonly secureTransport: boolean
  /** Empty without the header. */
  readonly userAgent: string
  readonly region: string
}

/**
 * The condition keys that follow from who asks, on what and when (aws-wire §5.4, aws-wire-news §4):
 * those of a real call and those that a simulation knows by itself. A key without a value is absent,
 * which conditions can ask for.
 */
export function* listKnownKeys(
  principal: KeyPrincipal,
  session: KeySession | null,
  nowMs: number,
): Iterable<ContextPair> {
  yield* principal.kind === 'web-identity' ? listTokenKeys(principal) : listPrincipalKeys(principal)
  if (session !== null) yield* listSessionKeys(session)
  yield* listDirectCallKeys(nowMs)
}

/** The condition keys of the connection and of the head of a request. */
export function* listTransportKeys(transport: KeyTransport): Iterable<ContextPair> {
  yield ['aws:SourceIp', transport.sourceIp]
  if (transport.userAgent !== '') yield ['aws:UserAgent', transport.userAgent]
  yield* listFixedTransportKeys(transport)
}

/** The keys that are the same for all requests that reach one server in the same way. */
export function* listFixedTransportKeys({
  secureTransport,
  region,
}: Pick<KeyTransport, 'secureTransport' | 'region'>): Iterable<ContextPair> {
  yield ['aws:SecureTransport', String(secureTransport)]
  yield ['aws:RequestedRegion', region]
}

/**
 * The condition keys that say whose the resource is. `owners` are the accounts that are known. The
 * first is the principal's, which owns every resource whose ARN names no account.
 */
export function* listResourceKeys(
  resource: string,
  owners: readonly [KeyAccount, ...KeyAccount[]],
): Iterable<ContextPair> {
  const id = parseArn(resource)?.account || owners[0].id
  yield ['aws:ResourceAccount', id]
  const owner = owners.find(account => account.id === id)
  yield* listOrganizationKeys('Resource', owner?.organization ?? null)
}

/** What of a session conditions can ask for. */
export type KeySession = Pick<
  Session,
  | 'issuedAtMs'
  | 'sourceIdentity'
  | 'federatedProvider'
  | 'webIdentity'
  | 'computeContext'
  | 'identityContext'
>

/** The keys of a principal of which nothing but the account is known. */
export function* listAccountKeys({ id, organization }: KeyAccount): Iterable<ContextPair> {
  yield ['aws:PrincipalAccount', id]
  yield* listOrganizationKeys('Principal', organization)
}

/** Every call comes from its signer: no AWS service makes calls here, for itself or for others. */
export function* listDirectCallKeys(nowMs: number): Iterable<ContextPair> {
  yield ['aws:ViaAWSService', 'false']
  yield ['aws:ViaAWSMCPService', 'false']
  yield ['aws:PrincipalIsAWSService', 'false']
  yield ['aws:CurrentTime', new Date(nowMs).toISOString()]
  yield ['aws:EpochTime', String(Math.floor(nowMs / 1000))]
}

/**
 * Whoever comes with a token of an identity provider is no principal of an account yet; AWS fills the
 * keys as observed: with the provider's account and ARN, and without `aws:PrincipalArn`.
 */
function* listTokenKeys({ account, principalArn }: KeyPrincipal): Iterable<ContextPair> {
  yield ['aws:PrincipalAccount', account.id]
  yield ['aws:PrincipalType', 'User']
  yield ['aws:userid', principalArn]
  yield ['aws:FederatedProvider', principalArn]
}

function* listPrincipalKeys(principal: KeyPrincipal): Iterable<ContextPair> {
  const { kind, account, user } = principal
  yield* listAccountKeys(account)
  yield ['aws:PrincipalArn', principal.principalArn]
  yield ['aws:PrincipalType', PRINCIPAL_TYPES[kind]]
  yield ['aws:userid', principal.userId]
  if (kind === 'user' && user !== undefined) yield ['aws:username', user.name]
  for (const { key, value } of principal.principalTags) yield [`aws:PrincipalTag/${key}`, value]
}

function* listOrganizationKeys(
  whose: 'Principal' | 'Resource',
  organization: OrganizationPlacement | null,
): Iterable<ContextPair> {
  if (organization === null) return
  const { organizationId, path } = organization
  yield [`aws:${whose}OrgID`, organizationId]
  yield [`aws:${whose}OrgPaths`, [`${[organizationId, ...path].join('/')}/`]]
}

function* listSessionKeys(session: KeySession): Iterable<ContextPair> {
  yield ['aws:TokenIssueTime', new Date(session.issuedAtMs).toISOString()]
  // There are no MFA devices here, so no session was ever made with one.
  yield ['aws:MultiFactorAuthPresent', 'false']
  if (session.sourceIdentity !== null) yield ['aws:SourceIdentity', session.sourceIdentity]
  if (session.federatedProvider !== null) {
    yield ['aws:FederatedProvider', session.federatedProvider]
    yield* listWebIdentityKeys(session.federatedProvider, session.webIdentity)
  }
  for (const [claim, value] of session.computeContext) {
    const key = COMPUTE_CONTEXT_KEYS.get(claim)
    if (key !== undefined) yield [key, value]
  }
  if (session.identityContext !== null) yield* listIdentityContextKeys(session.identityContext)
}

/** The claims of the token. A session that an older release made does not have them. */
function* listWebIdentityKeys(
  providerArn: string,
  identity: SessionWebIdentity | null,
): Iterable<ContextPair> {
  if (identity === null) return
  const issuer = findProviderIssuer(providerArn)
  yield [`${issuer}:sub`, identity.subject]
  yield [`${issuer}:aud`, identity.audience]
  if (identity.authenticationMethods !== null) {
    yield [`${issuer}:amr`, identity.authenticationMethods]
  }
}

const PRINCIPAL_TYPES = {
  root: 'Account',
  user: 'User',
  'assumed-role': 'AssumedRole',
  'federated-user': 'FederatedUser',
  'web-identity': 'User',
} as const
