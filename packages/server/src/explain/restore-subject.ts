import {
  formatAssumedRoleArn,
  formatFederatedUserArn,
  formatOidcProviderArn,
  formatRoleArn,
  formatRootArn,
  formatUserArn,
  toArnHome,
} from '../principals/arn.ts'
import type { Account } from '../principals/entities.ts'
import { isAccountId, isUniqueId, type UniqueId } from '../principals/identifiers.ts'
import type { PolicySubject } from '../principals/policy-subject.ts'
import type { Store } from '../store/ports.ts'
import type { RecordedCall, RecordedDecision } from './recorded-call.ts'

/** Where the principals of recorded calls are looked up. */
export type RecordedSubjectStore = Pick<
  Store,
  'findAccount' | 'findOidcProvider' | 'findRoleById' | 'findUserById'
>

const NO_SESSION_POLICIES = { inlinePolicy: null, policyArns: [], scopeDownPolicies: [] }

/**
 * Who made a recorded call, as that principal is now, with the session policies that it had then.
 * Null when it was deleted, even when a new one has its name: that is another principal.
 */
export async function restoreSubject(
  store: RecordedSubjectStore,
  { userIdentity }: RecordedCall,
  { sessionPolicies: session = NO_SESSION_POLICIES }: RecordedDecision,
): Promise<PolicySubject | null> {
  const { type, accountId = '', principalId: userId = '', arn: recordedArn = '' } = userIdentity
  const account = isAccountId(accountId) ? await store.findAccount(accountId) : null
  if (account === null) return null
  const home = toArnHome(account)
  const sessionName = recordedArn.slice(recordedArn.lastIndexOf('/') + 1)
  const issuerId = userIdentity.sessionContext?.sessionIssuer?.principalId ?? ''
  switch (type) {
    case 'Root': {
      const arn = formatRootArn(home)
      return { kind: 'root', account, arn, principalArn: arn, userId, session }
    }
    case 'IAMUser': {
      const user = await findById(store.findUserById, account, userId)
      if (user === null) return null
      const arn = formatUserArn(home, user.path, user.name)
      return { kind: 'user', account, user, arn, principalArn: arn, userId, session }
    }
    case 'AssumedRole': {
      const role = await findById(store.findRoleById, account, issuerId)
      if (role === null) return null
      const arn = formatAssumedRoleArn(home, role.name, sessionName)
      const principalArn = formatRoleArn(home, role.path, role.name)
      return { kind: 'assumed-role', account, role, arn, principalArn, userId, session }
    }
    case 'FederatedUser': {
      const user = await findById(store.findUserById, account, issuerId)
      if (user === null) return null
      const arn = formatFederatedUserArn(home, sessionName)
      return { kind: 'federated-user', account, user, arn, principalArn: arn, userId, session }
    }
    case 'WebIdentityUser': {
      const provider = await store.findOidcProvider(account.id, recordedArn)
      if (provider === null) return null
      const arn = formatOidcProviderArn(home, provider.url)
      return { kind: 'web-identity', account, arn, principalArn: arn, userId }
    }
    default:
      return null
  }
}

async function findById<Entity>(
  find: (accountId: Account['id'], id: UniqueId) => Promise<Entity | null>,
  account: Account,
  id: string,
): Promise<Entity | null> {
  return isUniqueId(id) ? find(account.id, id) : null
}
