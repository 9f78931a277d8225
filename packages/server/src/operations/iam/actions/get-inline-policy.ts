import { findByName } from '../../../changes/inline-policies.ts'
import { noSuchInlinePolicy } from '../../../changes/refusals.ts'
import { required, string, structure } from '../../../shapes/shape.ts'
import { defineIamOperation } from '../define-iam-operation.ts'
import { loadPrincipal, type PrincipalKind, permissionsOnPrincipal } from '../iam-principal.ts'
import { policyName } from '../iam-shapes.ts'
import { answer } from '../outcome.ts'
import { encodePolicyDocument } from '../policy-document.ts'
import { POLICY_HOLDERS, toNamedParameters } from '../policy-holders.ts'

/** Shows an inline policy of a user (AWS IAM API Reference: GetUserPolicy). */
export const getUserPolicy = getFrom('user', 'GetUserPolicy')

/** Shows an inline policy of a group (AWS IAM API Reference: GetGroupPolicy). */
export const getGroupPolicy = getFrom('group', 'GetGroupPolicy')

/** Shows an inline policy of a role (AWS IAM API Reference: GetRolePolicy). */
export const getRolePolicy = getFrom('role', 'GetRolePolicy')

function getFrom(kind: PrincipalKind, operation: string) {
  const row = POLICY_HOLDERS[kind]
  return defineIamOperation({
    name: operation,
    input: structure(`${operation}Request`, {
      name: required(row.ofInlinePolicies, row.wireName),
      policyName: required(policyName),
    }),
    output: structure(`${operation}Response`, {
      name: required(string(), row.wireName),
      policyName: required(string()),
      policyDocument: required(string()),
    }),
    effect: 'reads',
    rateClass: 'iam-read',
    requestParameters: toNamedParameters(row),
    permissions: ({ name }, call) => permissionsOnPrincipal(call, `iam:${operation}`, kind, name),
    run: async (input, call) => {
      const { accountId, id, name } = await loadPrincipal(call, kind, input.name)
      const policies = await call.services.store.listInlinePolicies(accountId, id)
      const policy = findByName(policies, input.policyName)
      if (policy === null) throw noSuchInlinePolicy(kind, input.policyName)
      return answer({
        name,
        // As it was asked for, as IAM was seen to do.
        policyName: input.policyName,
        policyDocument: encodePolicyDocument(policy.document),
      })
    },
  })
}
