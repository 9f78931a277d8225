import { required, structure } from '../../shapes/shape.ts'
import { defineIamOperation } from './define-iam-operation.ts'
import { describeInput } from './describe-input.ts'
import { describeBoundary, permitOnPrincipal } from './iam-principal.ts'
import { policyDocument, policyName, roleName } from './iam-shapes.ts'
import { putInlinePolicy } from './inline-policies.ts'
import { DONE } from './outcome.ts'

/** Creates or replaces a policy inside a role (AWS IAM API Reference: PutRolePolicy). */
export const putRolePolicy = defineIamOperation({
  name: 'PutRolePolicy',
  input: structure('PutRolePolicyRequest', {
    roleName: required(roleName),
    policyName: required(policyName),
    policyDocument: required(policyDocument),
  }),
  output: null,
  effect: 'changes',
  rateClass: 'iam-write',
  requestParameters: describeInput,
  permissions: ({ roleName: name }, call) =>
    permitOnPrincipal(call, 'iam:PutRolePolicy', 'role', name, describeBoundary),
  run: async (input, call) => {
    await putInlinePolicy(call, 'role', input.roleName, input)
    return DONE
  },
})
