import { deleteInlinePolicy } from '../../../changes/inline-policies.ts'
import { required, structure } from '../../../shapes/shape.ts'
import { defineIamOperation } from '../define-iam-operation.ts'
import { type PrincipalKind, permissionsOnPrincipal, toBoundaryContext } from '../iam-principal.ts'
import { policyName } from '../iam-shapes.ts'
import { changeHolder, POLICY_HOLDERS, toNamedParameters } from '../policy-holders.ts'

/** Deletes an inline policy of a user (AWS IAM API Reference: DeleteUserPolicy). */
export const deleteUserPolicy = deleteFrom('user', 'DeleteUserPolicy')

/** Deletes an inline policy of a group (AWS IAM API Reference: DeleteGroupPolicy). */
export const deleteGroupPolicy = deleteFrom('group', 'DeleteGroupPolicy')

/** Deletes an inline policy of a role (AWS IAM API Reference: DeleteRolePolicy). */
export const deleteRolePolicy = deleteFrom('role', 'DeleteRolePolicy')

function deleteFrom(kind: PrincipalKind, operation: string) {
  const row = POLICY_HOLDERS[kind]
  return defineIamOperation({
    name: operation,
    input: structure(`${operation}Request`, {
      name: required(row.ofInlinePolicies, row.wireName),
      policyName: required(policyName),
    }),
    output: null,
    effect: 'changes',
    rateClass: 'iam-write',
    requestParameters: toNamedParameters(row),
    permissions: ({ name }, call) =>
      permissionsOnPrincipal(call, `iam:${operation}`, kind, name, toBoundaryContext),
    run: (input, call) =>
      changeHolder(call, kind, input.name, (turn, holder) =>
        deleteInlinePolicy(turn, holder, input.policyName),
      ),
  })
}
