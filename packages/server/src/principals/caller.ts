import type { Arn } from './arn.ts'
import type { Account, Role, User } from './entities.ts'
import type { AccessKeyId } from './identifiers.ts'
import type { Session } from './session.ts'
import type { Tag } from './tags.ts'
import type { VerifiedWebIdentity } from './web-identity.ts'

interface AuthenticatedCaller {
  readonly account: Account
  /** Null when the request was not signed: web identity. */
  readonly accessKeyId: AccessKeyId | null
  /** As error texts and `GetCallerIdentity` name the caller. */
  readonly arn: Arn
  /** The IAM entity behind the caller: `aws:PrincipalArn`, and `sub` of a token. */
  readonly principalArn: Arn
  /** `aws:userid` (aws-wire §8: `AIDA…`, the account id for root). */
  readonly userId: string
  /** `aws:PrincipalTag/*` and the claim `principal_tags`: entity tags overlaid by session tags. */
  readonly principalTags: readonly Tag[]
  /** The session behind temporary credentials; null for a long-term key. */
  readonly session: Session | null
  /** The long-term key that asked for the session of a user or root; absent from everybody else. */
  readonly parentAccessKeyId?: AccessKeyId
}

/** The root of an account, with one of its own long-term keys. */
export interface RootCaller extends AuthenticatedCaller {
  readonly kind: 'root'
}

/** An IAM user with one of its long-term keys, or with a session of `GetSessionToken`. */
export interface UserCaller extends AuthenticatedCaller {
  readonly kind: 'user'
  readonly user: User
}

/** A session of a role. `arn` is the assumed-role ARN, `principalArn` the role's. */
export interface AssumedRoleCaller extends AuthenticatedCaller {
  readonly kind: 'assumed-role'
  readonly role: Role
  readonly session: Session
}

/** A session of `GetFederationToken`. `arn` and `principalArn` are the federated user's own. */
export interface FederatedUserCaller extends AuthenticatedCaller {
  readonly kind: 'federated-user'
  /** The user who made the session; its policies bound it. */
  readonly user: User
  readonly session: Session
}

/**
 * Somebody with a token of a registered OIDC provider, who wants a role of `account`. `arn` and
 * `principalArn` are the provider's; the principal tags are those that the token asks for.
 */
export interface WebIdentityCaller extends AuthenticatedCaller {
  readonly kind: 'web-identity'
  readonly identity: VerifiedWebIdentity
  readonly accessKeyId: null
  readonly session: null
}

/** Who makes the request. */
export type Caller =
  | RootCaller
  | UserCaller
  | AssumedRoleCaller
  | FederatedUserCaller
  | WebIdentityCaller
