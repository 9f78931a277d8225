import { SIMULATED_SESSION_NAME } from '../operations/iam/simulated-caller.ts'
import {
  formatAssumedRoleArn,
  formatRoleArn,
  formatUserArn,
  parseArn,
  toArnHome,
} from '../principals/arn.ts'
import type { Account, Role, User } from '../principals/entities.ts'
import { isAccountId } from '../principals/identifiers.ts'
import type { PolicySubject } from '../principals/policy-subject.ts'
import type { Store } from '../store/ports.ts'

/** A user or role that might make a request, and the entity behind it. */
export interface FoundSubject {
  readonly subject: PolicySubject
  readonly kind: 'user' | 'role'
  readonly entity: User | Role
}

/** Where principals are looked up. */
export type SubjectStore = Pick<Store, 'findAccount' | 'findRole' | 'findUser'>

/** The account, kind and name in the ARN of a user or role; null for any other text. */
export function parseSubjectArn(text: string) {
  const arn = parseArn(text)
  const [, kind, name = ''] = /^(user|role)\/(?:.*\/)?([^/]+)$/.exec(arn?.resource ?? '') ?? []
  if (arn?.service !== 'iam' || !isAccountId(arn.account)) return null
  if (kind !== 'user' && kind !== 'role') return null
  return { accountId: arn.account, kind, name } as const
}

/**
 * The user or role of an ARN, compared exactly, path and case included; for a role, a session of it
 * without session policies. Null when there is none, or when the text is the ARN of something else.
 */
export async function findSubject(store: SubjectStore, arn: string): Promise<FoundSubject | null> {
  const parts = parseSubjectArn(arn)
  if (parts === null) return null
  const { accountId, kind, name } = parts
  const account = await store.findAccount(accountId)
  if (account === null) return null
  if (kind === 'user') {
    const user = await store.findUser(accountId, name)
    const subject = user === null ? null : createUserSubject(account, user)
    if (user === null || subject?.arn !== arn) return null
    return { subject, kind, entity: user }
  }
  const role = await store.findRole(accountId, name)
  const subject = role === null ? null : createRoleSubject(account, role)
  if (role === null || subject?.principalArn !== arn) return null
  return { subject, kind, entity: role }
}

function createUserSubject(account: Account, user: User): PolicySubject {
  const arn = formatUserArn(toArnHome(account), user.path, user.name)
  return { kind: 'user', account, user, arn, principalArn: arn, userId: user.id, session: null }
}

function createRoleSubject(account: Account, role: Role): PolicySubject {
  const home = toArnHome(account)
  return {
    kind: 'assumed-role',
    account,
    role,
    arn: formatAssumedRoleArn(home, role.name, SIMULATED_SESSION_NAME),
    principalArn: formatRoleArn(home, role.path, role.name),
    userId: `${role.id}:${SIMULATED_SESSION_NAME}`,
    session: { inlinePolicy: null, policyArns: [], scopeDownPolicies: [] },
  }
}
