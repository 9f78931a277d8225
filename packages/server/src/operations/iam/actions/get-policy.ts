import { required, structure } from '../../../shapes/shape.ts'
import { defineIamOperation } from '../define-iam-operation.ts'
import { countUses, policyShape, toPolicyOutput } from '../iam-policy.ts'
import { arn } from '../iam-shapes.ts'
import { loadPolicy, permissionsOnPolicy } from '../managed-policy.ts'
import { answer } from '../outcome.ts'
import { toRequestParameters } from '../to-request-parameters.ts'

/** Shows a managed policy without its documents (AWS IAM API Reference: GetPolicy). */
export const getPolicy = defineIamOperation({
  name: 'GetPolicy',
  input: structure('GetPolicyRequest', { policyArn: required(arn) }),
  output: structure('GetPolicyResponse', { policy: required(policyShape) }),
  effect: 'reads',
  rateClass: 'iam-read',
  requestParameters: toRequestParameters,
  permissions: ({ policyArn }, call) => permissionsOnPolicy(call, 'iam:GetPolicy', policyArn),
  run: async ({ policyArn }, call) => {
    const policy = await loadPolicy(call, policyArn)
    return answer({ policy: toPolicyOutput(policy, await countUses(call, policyArn)) })
  },
})
