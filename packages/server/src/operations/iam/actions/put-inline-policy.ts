import { putInlinePolicy } from '../../../changes/inline-policies.ts'
import { required, structure } from '../../../shapes/shape.ts'
import { defineIamOperation } from '../define-iam-operation.ts'
import { type PrincipalKind, permissionsOnPrincipal, toBoundaryContext } from '../iam-principal.ts'
import { policyDocument, policyName } from '../iam-shapes.ts'
import { changeHolder, POLICY_HOLDERS, toNamedParameters } from '../policy-holders.ts'

/** Creates or replaces an inline policy of a user (AWS IAM API Reference: PutUserPolicy). */
export const putUserPolicy = putInto('user', 'PutUserPolicy')

/** Creates or replaces an inline policy of a group (AWS IAM API Reference: PutGroupPolicy). */
export const putGroupPolicy = putInto('group', 'PutGroupPolicy')

/** Creates or replaces an inline policy of a role (AWS IAM API Reference: PutRolePolicy). */
export const putRolePolicy = putInto('role', 'PutRolePolicy')

function putInto(kind: PrincipalKind, operation: string) {
  const row = POLICY_HOLDERS[kind]
  return defineIamOperation({
    name: operation,
    input: structure(`${operation}Request`, {
      name: required(row.ofInlinePolicies, row.wireName),
      policyName: required(policyName),
      policyDocument: required(policyDocument),
    }),
    output: null,
    effect: 'changes',
    rateClass: 'iam-write',
    requestParameters: toNamedParameters(row),
    permissions: ({ name }, call) =>
      permissionsOnPrincipal(call, `iam:${operation}`, kind, name, toBoundaryContext),
    run: (input, call) =>
      changeHolder(call, kind, input.name, (turn, holder) =>
        putInlinePolicy(turn, holder, { name: input.policyName, document: input.policyDocument }),
      ),
  })
}
