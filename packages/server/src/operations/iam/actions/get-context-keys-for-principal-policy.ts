import { type Infer, list, optional, required, string, structure } from '../../../shapes/shape.ts'
import type { Call } from '../../operation.ts'
import { defineIamOperation } from '../define-iam-operation.ts'
import { arn } from '../iam-shapes.ts'
import { listAskedKeys } from '../missing-context.ts'
import { answer } from '../outcome.ts'
import { readPolicyInputs } from '../simulated-policies.ts'
import { loadPrincipalPolicies, loadSource, permissionsOnSource } from '../simulated-principal.ts'
import { policyInputList } from '../simulation-shapes.ts'
import { toRequestParameters } from '../to-request-parameters.ts'

const input = structure('GetContextKeysForPrincipalPolicyRequest', {
  policySourceArn: required(arn),
  policyInputList: optional(policyInputList),
})

/**
 * Tells which condition keys the policies of a user, group or role ask for, and the further
 * policies that are given (AWS IAM API Reference: GetContextKeysForPrincipalPolicy).
 */
export const getContextKeysForPrincipalPolicy = defineIamOperation({
  name: 'GetContextKeysForPrincipalPolicy',
  input,
  output: structure('GetContextKeysForPolicyResponse', {
    contextKeyNames: required(list(string())),
  }),
  effect: 'reads',
  rateClass: 'iam-read',
  // The policies are left out: they can be large, and decide nothing.
  requestParameters: ({ policySourceArn }) => toRequestParameters({ policySourceArn }),
  permissions: ({ policySourceArn }, call) =>
    permissionsOnSource(call, 'iam:GetContextKeysForPrincipalPolicy', policySourceArn),
  run,
})

async function run(request: Infer<typeof input>, call: Call) {
  const principal = await loadSource(call, request.policySourceArn)
  const { identity, boundary } = await loadPrincipalPolicies(call, principal)
  const given = readPolicyInputs(request.policyInputList)
  const policies = [...identity, ...(boundary === null ? [] : [boundary]), ...given]
  return answer({ contextKeyNames: listAskedKeys(policies) })
}
