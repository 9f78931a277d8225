import type { Arn } from './arn.ts'
import type { Account, User } from './entities.ts'
import type { AccessKeyId } from './identifiers.ts'
import type { Tag } from './tags.ts'

interface AuthenticatedCaller {
  readonly account: Account
  readonly accessKeyId: AccessKeyId
  /** As error texts and `GetCallerIdentity` name the caller. */
  readonly arn: Arn
  /** The IAM entity behind the caller: `aws:PrincipalArn`, and `sub` of a token. */
  readonly principalArn: Arn
  /** `aws:userid` (aws-wire §8: `AIDA…`, the account id for root). */
  readonly userId: string
  /** `aws:PrincipalTag/*` and the claim `principal_tags`: entity tags overlaid by session tags. */
  readonly principalTags: readonly Tag[]
}

/** The root of an account, with one of its own long-term keys. */
export interface RootCaller extends AuthenticatedCaller {
  readonly kind: 'root'
}

/** An IAM user with one of its long-term keys. */
export interface UserCaller extends AuthenticatedCaller {
  readonly kind: 'user'
  readonly user: User
}

/** Who signed the request. */
export type Caller = RootCaller | UserCaller
