import { list, required, string, structure } from '../../../shapes/shape.ts'
import { defineIamOperation } from '../define-iam-operation.ts'
import { listAskedKeys } from '../missing-context.ts'
import { answer } from '../outcome.ts'
import { readPolicyInputs } from '../simulated-policies.ts'
import { policyInputList } from '../simulation-shapes.ts'

/**
 * Tells which condition keys given policies ask for, so that a simulation can be given them (AWS IAM
 * API Reference: GetContextKeysForCustomPolicy).
 */
export const getContextKeysForCustomPolicy = defineIamOperation({
  name: 'GetContextKeysForCustomPolicy',
  input: structure('GetContextKeysForCustomPolicyRequest', {
    policyInputList: required(policyInputList),
  }),
  output: structure('GetContextKeysForPolicyResponse', {
    contextKeyNames: required(list(string())),
  }),
  effect: 'reads',
  rateClass: 'iam-read',
  // The policies are left out: they can be large, and decide nothing.
  requestParameters: () => null,
  permissions: () => [{ action: 'iam:GetContextKeysForCustomPolicy', resource: '*', context: [] }],
  run: async request =>
    answer({ contextKeyNames: listAskedKeys(readPolicyInputs(request.policyInputList)) }),
})
