import { deletePolicyVersion as removeVersion } from '../../../changes/policy-versions.ts'
import { required, structure } from '../../../shapes/shape.ts'
import { defineIamOperation } from '../define-iam-operation.ts'
import { changeOwnPolicy } from '../iam-policy.ts'
import { arn, policyVersionId } from '../iam-shapes.ts'
import { permissionsOnPolicy } from '../managed-policy.ts'
import { DONE } from '../outcome.ts'
import { toRequestParameters } from '../to-request-parameters.ts'

/** Deletes a version of a managed policy that is not in force (AWS IAM API Reference: DeletePolicyVersion). */
export const deletePolicyVersion = defineIamOperation({
  name: 'DeletePolicyVersion',
  input: structure('DeletePolicyVersionRequest', {
    policyArn: required(arn),
    versionId: required(policyVersionId),
  }),
  output: null,
  effect: 'changes',
  rateClass: 'iam-write',
  requestParameters: toRequestParameters,
  permissions: ({ policyArn }, call) =>
    permissionsOnPolicy(call, 'iam:DeletePolicyVersion', policyArn),
  run: async ({ policyArn, versionId }, call) => {
    await changeOwnPolicy(call, 'iam:DeletePolicyVersion', policyArn, (turn, policy) =>
      removeVersion(turn, policy, versionId),
    )
    return DONE
  },
})
