import { required, structure } from '../../shapes/shape.ts'
import { IAM } from '../apis.ts'
import { defineOperation } from '../operation.ts'
import { describeInput } from './describe-input.ts'
import { describeBoundary, permitOnPrincipal } from './iam-principal.ts'
import { policyDocument, policyName, roleName } from './iam-shapes.ts'
import { putInlinePolicy } from './inline-policies.ts'
import { DONE } from './outcome.ts'

/** Creates or replaces a policy inside a role (AWS IAM API Reference: PutRolePolicy). */
export const putRolePolicy = defineOperation({
  api: IAM,
  name: 'PutRolePolicy',
  input: structure('PutRolePolicyRequest', {
    roleName: required(roleName),
    policyName: required(policyName),
    policyDocument: required(policyDocument),
  }),
  output: null,
  authentication: 'signature',
  readOnly: false,
  effect: 'changes',
  rateClass: 'iam-write',
  requestParameters: describeInput,
  checkInput: null,
  checkCaller: null,
  permissions: ({ roleName: name }, call) =>
    permitOnPrincipal(call, 'iam:PutRolePolicy', 'role', name, describeBoundary),
  run: async (input, call) => {
    await putInlinePolicy(call, 'role', input.roleName, input)
    return DONE
  },
})
