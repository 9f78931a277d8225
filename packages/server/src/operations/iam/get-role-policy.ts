import { required, string, structure } from '../../shapes/shape.ts'
import { defineIamOperation } from './define-iam-operation.ts'
import { describeInput } from './describe-input.ts'
import { loadPrincipal, permitOnPrincipal } from './iam-principal.ts'
import { policyName, roleName } from './iam-shapes.ts'
import { getInlinePolicy } from './inline-policies.ts'
import { answer } from './outcome.ts'

/** Shows a policy inside a role (AWS IAM API Reference: GetRolePolicy). */
export const getRolePolicy = defineIamOperation({
  name: 'GetRolePolicy',
  input: structure('GetRolePolicyRequest', {
    roleName: required(roleName),
    policyName: required(policyName),
  }),
  output: structure('GetRolePolicyResponse', {
    roleName: required(string()),
    policyName: required(string()),
    policyDocument: required(string()),
  }),
  effect: 'reads',
  rateClass: 'iam-read',
  requestParameters: describeInput,
  permissions: (input, call) =>
    permitOnPrincipal(call, 'iam:GetRolePolicy', 'role', input.roleName),
  run: async (input, call) => {
    const role = await loadPrincipal(call, 'role', input.roleName)
    const policy = await getInlinePolicy(call, role, input.policyName)
    return answer({ roleName: role.name, ...policy })
  },
})
