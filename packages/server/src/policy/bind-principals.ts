import { isFederatedUserArn } from '../principals/arn.ts'
import type { Policy, PrincipalEntry, PrincipalSet, Statement } from './policy-document.ts'

/**
 * A trust policy whose users, roles and sessions are known by their unique ids in place of their
 * names, so that the policy does not trust somebody who gets the name later.
 *
 * A name that nobody had matches nobody. The `Principal` of a Deny still matches it as a name,
 * because a Deny that matches too much is safe. `NotPrincipal` does not: it would exempt whoever
 * gets the name.
 *
 * @param findId the id of the user or role, or `ROLE-ID:SESSION`; null for nobody
 */
export function bindPrincipals(policy: Policy, findId: (arn: string) => string | null): Policy {
  const statements = policy.statements.map(statement => bindStatement(statement, findId))
  return Object.freeze({ ...policy, statements: Object.freeze(statements) })
}

function bindStatement(statement: Statement, findId: (arn: string) => string | null): Statement {
  const { principals, effect } = statement
  if (principals === null) return statement
  const takesAway = effect === 'Deny' && !principals.negated
  const entries = principals.entries.flatMap(entry => bindEntry(entry, findId, takesAway))
  const bound: PrincipalSet = { negated: principals.negated, entries: Object.freeze(entries) }
  return Object.freeze({ ...statement, principals: Object.freeze(bound) })
}

function bindEntry(
  entry: PrincipalEntry,
  findId: (arn: string) => string | null,
  takesAway: boolean,
): readonly PrincipalEntry[] {
  // Federated users have no ids, so they are matched by name.
  if (entry.kind !== 'arn' || isFederatedUserArn(entry.arn)) return [entry]
  const uniqueId = findId(entry.arn)
  if (uniqueId !== null) return [Object.freeze({ kind: 'unique-id', uniqueId })]
  return takesAway ? [entry] : []
}
