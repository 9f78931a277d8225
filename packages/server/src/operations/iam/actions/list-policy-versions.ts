import { list, required, structure } from '../../../shapes/shape.ts'
import { defineIamOperation } from '../define-iam-operation.ts'
import { policyVersionShape, summarizeVersion } from '../iam-policy.ts'
import { arn, pageInput, pageOutput } from '../iam-shapes.ts'
import { loadPolicy, permissionsOnPolicy } from '../managed-policy.ts'
import { answer } from '../outcome.ts'
import { cutPage, toPageOutput, toPageRequest } from '../page.ts'
import { toRequestParameters } from '../to-request-parameters.ts'

/** Lists the versions of a managed policy, newest first (AWS IAM API Reference: ListPolicyVersions). */
export const listPolicyVersions = defineIamOperation({
  name: 'ListPolicyVersions',
  input: structure('ListPolicyVersionsRequest', { policyArn: required(arn), ...pageInput }),
  output: structure('ListPolicyVersionsResponse', {
    versions: required(list(policyVersionShape)),
    ...pageOutput,
  }),
  effect: 'reads',
  rateClass: 'iam-read',
  requestParameters: toRequestParameters,
  permissions: ({ policyArn }, call) =>
    permissionsOnPolicy(call, 'iam:ListPolicyVersions', policyArn),
  run: async (input, call) => {
    const policy = await loadPolicy(call, input.policyArn)
    const { accountId, arn: policyArn } = policy
    const versions = await call.services.store.listPolicyVersions(accountId, policyArn)
    const page = cutPage(versions, toPageRequest(input))
    return answer({
      versions: page.items.map(version => summarizeVersion(version, policy)),
      ...toPageOutput(page),
    })
  },
})
