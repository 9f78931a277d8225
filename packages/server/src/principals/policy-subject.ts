import type {
  AssumedRoleCaller,
  FederatedUserCaller,
  RootCaller,
  UserCaller,
  WebIdentityCaller,
} from './caller.ts'
import type { Session } from './session.ts'

type Names = 'kind' | 'account' | 'arn' | 'principalArn' | 'userId'

/** The policies that limit a session. */
export type SessionRestrictions = Pick<Session, 'inlinePolicy' | 'policyArns' | 'scopeDownPolicies'>

interface OfSession {
  readonly session: SessionRestrictions
}

/** A session of `GetSessionToken`, or null for a long-term key. */
interface OfKey {
  readonly session: SessionRestrictions | null
}

/**
 * The subject of policies: what decides which policies apply to a caller, and the names that policies
 * have for it. Every caller is one; so is the caller of a recorded or a simulated call.
 */
export type PolicySubject =
  | (Pick<RootCaller, Names> & OfKey)
  | (Pick<UserCaller, Names | 'user'> & OfKey)
  | (Pick<AssumedRoleCaller, Names | 'role'> & OfSession)
  | (Pick<FederatedUserCaller, Names | 'user'> & OfSession)
  | Pick<WebIdentityCaller, Names>
