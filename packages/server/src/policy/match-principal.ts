import { formatUserArn } from '../principals/arn.ts'
import type { AccountId } from '../principals/identifiers.ts'
import type { PolicySubject } from '../principals/policy-subject.ts'
import type { PrincipalEntry, PrincipalSet, Statement } from './policy-document.ts'

/** Who asks, as a `Principal` element may name it. */
export type RequestPrincipal =
  /** A principal of an account, with every name that stands for it. */
  | {
      readonly kind: 'aws'
      readonly accountId: AccountId
      readonly partition: string
      /** ARNs and unique ids of the principal itself: the user, or the session. Empty for root. */
      readonly ownNames: readonly string[]
      /** ARNs and unique ids of what the session came from: its role, or its user. */
      readonly issuerNames: readonly string[]
    }
  /** Somebody with a token or an assertion of an OIDC or SAML provider. */
  | { readonly kind: 'federated'; readonly provider: string }
  /** A service that acts for itself. */
  | { readonly kind: 'service'; readonly service: string }

/**
 * How closely a statement names the principal, from least to most. What it grants is bounded
 * accordingly (AWS IAM User Guide: policy evaluation for requests within a single account).
 */
export type PrincipalMatch =
  | 'none'
  /** By its account, which leaves it to the account's identity policies. */
  | 'account'
  /** By the role or user behind its session: boundary and session policies must allow as well. */
  | 'issuer'
  /** By itself, or as everyone. */
  | 'self'

/** The caller who signed the request, with the names that a policy may use for it. */
export function createCallerPrincipal(caller: PolicySubject): RequestPrincipal {
  const account = { accountId: caller.account.id, partition: caller.account.partition }
  switch (caller.kind) {
    case 'root':
      return { kind: 'aws', ...account, ownNames: [], issuerNames: [] }
    case 'user':
      return { kind: 'aws', ...account, ownNames: [caller.arn, caller.userId], issuerNames: [] }
    case 'assumed-role':
      return {
        kind: 'aws',
        ...account,
        ownNames: [caller.arn, caller.userId],
        issuerNames: [caller.principalArn, caller.role.id],
      }
    case 'federated-user':
      return {
        kind: 'aws',
        ...account,
        ownNames: [caller.arn],
        issuerNames: [formatUserArn(account, caller.user.path, caller.user.name), caller.user.id],
      }
    case 'web-identity':
      return { kind: 'federated', provider: caller.principalArn }
  }
}

/**
 * How the `Principal` or `NotPrincipal` of a statement matches. `isBounded` says that the principal
 * has a permissions boundary: `NotPrincipal` with Deny always denies such a principal (AWS IAM User
 * Guide: NotPrincipal).
 */
export function matchPrincipals(
  { negated, entries }: PrincipalSet,
  principal: RequestPrincipal,
  effect: Statement['effect'],
  isBounded: boolean,
): PrincipalMatch {
  if (!negated) return findClosestMatch(entries, principal, effect)
  return isBounded || !isWhollyNamed(entries, principal) ? 'self' : 'none'
}

function findClosestMatch(
  entries: readonly PrincipalEntry[],
  principal: RequestPrincipal,
  effect: Statement['effect'],
): PrincipalMatch {
  const matches = entries.map(entry => matchEntry(entry, principal, effect))
  return CLOSEST_FIRST.find(match => matches.includes(match)) ?? 'none'
}

const CLOSEST_FIRST: readonly PrincipalMatch[] = ['self', 'issuer', 'account']

function matchEntry(
  entry: PrincipalEntry,
  principal: RequestPrincipal,
  effect: Statement['effect'],
): PrincipalMatch {
  if (entry.kind === 'everyone') {
    // `{"AWS":"*"}` grants to AWS principals alone, but in a Deny it means everybody.
    return principal.kind === 'aws' || effect === 'Deny' ? 'self' : 'none'
  }
  switch (principal.kind) {
    case 'federated':
      return entry.kind === 'federated' && entry.provider === principal.provider ? 'self' : 'none'
    case 'service':
      return entry.kind === 'service' && entry.service === principal.service ? 'self' : 'none'
    case 'aws':
      if (entry.kind === 'account') return isAccountOf(entry, principal) ? 'account' : 'none'
      if (isNameIn(entry, principal.ownNames)) return 'self'
      return isNameIn(entry, principal.issuerNames) ? 'issuer' : 'none'
  }
}

/**
 * Whether `NotPrincipal` exempts the principal. An AWS principal is exempt only when its account,
 * its role and itself are all named: AWS denies when any of them is missing (AWS IAM User Guide:
 * NotPrincipal with Deny).
 */
function isWhollyNamed(entries: readonly PrincipalEntry[], principal: RequestPrincipal): boolean {
  const isNamed = (match: PrincipalMatch): boolean =>
    entries.some(entry => matchEntry(entry, principal, 'Deny') === match)
  if (entries.some(entry => entry.kind === 'everyone')) return true
  if (principal.kind !== 'aws') return isNamed('self')
  return (
    isNamed('account') &&
    (principal.ownNames.length === 0 || isNamed('self')) &&
    (principal.issuerNames.length === 0 || isNamed('issuer'))
  )
}

function isAccountOf(
  entry: PrincipalEntry & { readonly kind: 'account' },
  { accountId, partition }: RequestPrincipal & { readonly kind: 'aws' },
): boolean {
  return entry.accountId === accountId && (entry.partition ?? partition) === partition
}

function isNameIn(entry: PrincipalEntry, names: readonly string[]): boolean {
  if (entry.kind === 'arn') return names.includes(entry.arn)
  return entry.kind === 'unique-id' && names.includes(entry.uniqueId)
}
