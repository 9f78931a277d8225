import { list, required, string, structure } from '../../../shapes/shape.ts'
import { defineIamOperation } from '../define-iam-operation.ts'
import { loadPrincipal, type PrincipalKind, permissionsOnPrincipal } from '../iam-principal.ts'
import { pageInput, pageOutput } from '../iam-shapes.ts'
import { answer } from '../outcome.ts'
import { cutPage, toPageOutput, toPageRequest } from '../page.ts'
import { POLICY_HOLDERS, toNamedParameters } from '../policy-holders.ts'

/** Lists the names of the inline policies of a user (AWS IAM API Reference: ListUserPolicies). */
export const listUserPolicies = listOf('user', 'ListUserPolicies')

/** Lists the names of the inline policies of a group (AWS IAM API Reference: ListGroupPolicies). */
export const listGroupPolicies = listOf('group', 'ListGroupPolicies')

/** Lists the names of the inline policies of a role (AWS IAM API Reference: ListRolePolicies). */
export const listRolePolicies = listOf('role', 'ListRolePolicies')

function listOf(kind: PrincipalKind, operation: string) {
  const row = POLICY_HOLDERS[kind]
  return defineIamOperation({
    name: operation,
    input: structure(`${operation}Request`, {
      name: required(row.ofInlinePolicies, row.wireName),
      ...pageInput,
    }),
    output: structure(`${operation}Response`, {
      policyNames: required(list(string())),
      ...pageOutput,
    }),
    effect: 'reads',
    rateClass: 'iam-read',
    requestParameters: toNamedParameters(row),
    permissions: ({ name }, call) => permissionsOnPrincipal(call, `iam:${operation}`, kind, name),
    run: async (input, call) => {
      const { accountId, id } = await loadPrincipal(call, kind, input.name)
      const policies = await call.services.store.listInlinePolicies(accountId, id)
      const page = cutPage(policies, toPageRequest(input))
      return answer({ policyNames: page.items.map(({ name }) => name), ...toPageOutput(page) })
    },
  })
}
