import { list, required, string, structure } from '../../shapes/shape.ts'
import { defineIamOperation } from './define-iam-operation.ts'
import { describeInput } from './describe-input.ts'
import { loadPrincipal, permitOnPrincipal } from './iam-principal.ts'
import { pageInput, pageOutput, roleName } from './iam-shapes.ts'
import { listInlinePolicyNames } from './inline-policies.ts'
import { answer } from './outcome.ts'

/** Lists the names of the policies inside a role (AWS IAM API Reference: ListRolePolicies). */
export const listRolePolicies = defineIamOperation({
  name: 'ListRolePolicies',
  input: structure('ListRolePoliciesRequest', { roleName: required(roleName), ...pageInput }),
  output: structure('ListRolePoliciesResponse', {
    policyNames: required(list(string())),
    ...pageOutput,
  }),
  effect: 'reads',
  rateClass: 'iam-read',
  requestParameters: describeInput,
  permissions: (input, call) =>
    permitOnPrincipal(call, 'iam:ListRolePolicies', 'role', input.roleName),
  run: async (input, call) => {
    const role = await loadPrincipal(call, 'role', input.roleName)
    return answer(await listInlinePolicyNames(call, role, input))
  },
})
