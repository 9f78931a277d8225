import { noSuchVersion } from '../../../changes/refusals.ts'
import { required, structure } from '../../../shapes/shape.ts'
import { defineIamOperation } from '../define-iam-operation.ts'
import { policyVersionShape, toVersionOutput } from '../iam-policy.ts'
import { arn, policyVersionId } from '../iam-shapes.ts'
import { loadPolicy, permissionsOnPolicy } from '../managed-policy.ts'
import { answer } from '../outcome.ts'
import { toRequestParameters } from '../to-request-parameters.ts'

/** Shows a version of a managed policy with its document (AWS IAM API Reference: GetPolicyVersion). */
export const getPolicyVersion = defineIamOperation({
  name: 'GetPolicyVersion',
  input: structure('GetPolicyVersionRequest', {
    policyArn: required(arn),
    versionId: required(policyVersionId),
  }),
  output: structure('GetPolicyVersionResponse', { policyVersion: required(policyVersionShape) }),
  effect: 'reads',
  rateClass: 'iam-read',
  requestParameters: toRequestParameters,
  permissions: ({ policyArn }, call) =>
    permissionsOnPolicy(call, 'iam:GetPolicyVersion', policyArn),
  run: async ({ policyArn, versionId }, call) => {
    const policy = await loadPolicy(call, policyArn)
    const versions = await call.services.store.listPolicyVersions(policy.accountId, policyArn)
    const version = versions.find(each => each.versionId === versionId)
    if (version === undefined) throw noSuchVersion(policyArn, versionId)
    return answer({ policyVersion: toVersionOutput(version, policy) })
  },
})
