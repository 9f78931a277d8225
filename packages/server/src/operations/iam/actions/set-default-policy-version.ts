import { setDefaultVersion } from '../../../changes/policy-versions.ts'
import { required, structure } from '../../../shapes/shape.ts'
import { defineIamOperation } from '../define-iam-operation.ts'
import { changeOwnPolicy } from '../iam-policy.ts'
import { arn, policyVersionId } from '../iam-shapes.ts'
import { permissionsOnPolicy } from '../managed-policy.ts'
import { DONE } from '../outcome.ts'
import { toRequestParameters } from '../to-request-parameters.ts'

/** Puts a version of a managed policy in force (AWS IAM API Reference: SetDefaultPolicyVersion). */
export const setDefaultPolicyVersion = defineIamOperation({
  name: 'SetDefaultPolicyVersion',
  input: structure('SetDefaultPolicyVersionRequest', {
    policyArn: required(arn),
    versionId: required(policyVersionId),
  }),
  output: null,
  effect: 'changes',
  rateClass: 'iam-write',
  requestParameters: toRequestParameters,
  permissions: ({ policyArn }, call) =>
    permissionsOnPolicy(call, 'iam:SetDefaultPolicyVersion', policyArn),
  run: async ({ policyArn, versionId }, call) => {
    await changeOwnPolicy(call, 'iam:SetDefaultPolicyVersion', policyArn, (turn, policy) =>
      setDefaultVersion(turn, policy, versionId),
    )
    return DONE
  },
})
