import type {
  AssumedRoleCaller,
  FederatedUserCaller,
  RootCaller,
  UserCaller,
  WebIdentityCaller,
} from './caller.ts'
import type { Session } from './session.ts'

type Names = 'kind' | 'account' | 'arn' | 'principalArn' | 'userId'

/** What a session may do at most. */
export type SessionRestrictions = Pick<Session, 'inlinePolicy' | 'policyArns' | 'scopeDownPolicies'>

interface OfSession {
  readonly session: SessionRestrictions
}

/** A session of `GetSessionToken`, or null for a long-term key. */
interface OfKey {
  readonly session: SessionRestrictions | null
}

/**
 * Whom policies bear on: what of a caller decides which policies count and by which names they know
 * it. Every caller is one; so is somebody who called before, or who might call.
 */
export type PolicySubject =
  | (Pick<RootCaller, Names> & OfKey)
  | (Pick<UserCaller, Names | 'user'> & OfKey)
  | (Pick<AssumedRoleCaller, Names | 'role'> & OfSession)
  | (Pick<FederatedUserCaller, Names | 'user'> & OfSession)
  | Pick<WebIdentityCaller, Names>
