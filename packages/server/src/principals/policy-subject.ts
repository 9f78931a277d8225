import type {
  AssumedRoleCaller,
  FederatedUserCaller,
  RootCaller,
  UserCaller,
  WebIdentityCaller,
} from './caller.ts'
import type { Session } from './session.ts'

type Names = 'kind' | 'account' | 'arn' | 'principalArn' | 'userId'

interface SessionPolicies {
  readonly session: Pick<Session, 'inlinePolicy' | 'policyArns'>
}

/**
 * Whom policies bear on: what of a caller decides which policies count and by which names they know
 * it. Every caller is one; so is somebody who called before, or who might call.
 */
export type PolicySubject =
  | Pick<RootCaller, Names>
  | Pick<UserCaller, Names | 'user'>
  | (Pick<AssumedRoleCaller, Names | 'role'> & SessionPolicies)
  | (Pick<FederatedUserCaller, Names | 'user'> & SessionPolicies)
  | Pick<WebIdentityCaller, Names>
