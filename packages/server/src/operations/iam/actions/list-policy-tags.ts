import { required, structure } from '../../../shapes/shape.ts'
import { tags } from '../../tag-shapes.ts'
import { defineIamOperation } from '../define-iam-operation.ts'
import { arn, pageInput, pageOutput } from '../iam-shapes.ts'
import { loadPolicy, permissionsOnPolicy } from '../managed-policy.ts'
import { answer } from '../outcome.ts'
import { listTags } from '../tagging.ts'
import { toRequestParameters } from '../to-request-parameters.ts'

/** Lists the tags of a managed policy (AWS IAM API Reference: ListPolicyTags). */
export const listPolicyTags = defineIamOperation({
  name: 'ListPolicyTags',
  input: structure('ListPolicyTagsRequest', { policyArn: required(arn), ...pageInput }),
  output: structure('ListPolicyTagsResponse', { tags: required(tags), ...pageOutput }),
  effect: 'reads',
  rateClass: 'iam-read',
  requestParameters: toRequestParameters,
  permissions: ({ policyArn }, call) => permissionsOnPolicy(call, 'iam:ListPolicyTags', policyArn),
  run: async (input, call) => {
    const policy = await loadPolicy(call, input.policyArn)
    return answer(listTags(policy.tags, input))
  },
})
