import type { PolicyHolder } from '../../changes/policy-holder.ts'
import type { Turn } from '../../changes/turn.ts'
import type { Account } from '../../principals/entities.ts'
import { required, structure } from '../../shapes/shape.ts'
import type { Operation } from '../operation.ts'
import { defineIamOperation } from './define-iam-operation.ts'
import { type PrincipalKind, permissionsOnPrincipal, toBoundaryContext } from './iam-principal.ts'
import { arn } from './iam-shapes.ts'
import { changeHolder, POLICY_HOLDERS, toNamedParameters } from './policy-holders.ts'

/**
 * Declares an operation that attaches a managed policy to one kind of entity, or detaches it. The
 * context of its permission has the policy, and the boundary of the entity if it has one.
 */
export function defineAttachment(
  kind: PrincipalKind,
  operation: string,
  change: (turn: Turn, account: Account, holder: PolicyHolder, policyArn: string) => Promise<void>,
): Operation {
  const row = POLICY_HOLDERS[kind]
  return defineIamOperation({
    name: operation,
    input: structure(`${operation}Request`, {
      name: required(row.ofAttachedPolicies, row.wireName),
      policyArn: required(arn),
    }),
    output: null,
    effect: 'changes',
    rateClass: 'iam-write',
    requestParameters: toNamedParameters(row),
    permissions: ({ name, policyArn }, call) =>
      permissionsOnPrincipal(call, `iam:${operation}`, kind, name, principal => [
        ['iam:PolicyARN', policyArn],
        ...toBoundaryContext(principal),
      ]),
    run: ({ name, policyArn }, call) =>
      changeHolder(call, kind, name, (turn, holder) =>
        change(turn, call.caller.account, holder, policyArn),
      ),
  })
}
