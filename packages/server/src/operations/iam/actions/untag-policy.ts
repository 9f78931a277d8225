import { setPolicyTags } from '../../../changes/managed-policies.ts'
import { POLICY_TAGS, removeTags } from '../../../changes/tags.ts'
import { optional, required, structure } from '../../../shapes/shape.ts'
import { listTagKeys } from '../../tag-context.ts'
import { tagKeys } from '../../tag-shapes.ts'
import { defineIamOperation } from '../define-iam-operation.ts'
import { changeOwnPolicy } from '../iam-policy.ts'
import { arn } from '../iam-shapes.ts'
import { permissionsOnPolicy } from '../managed-policy.ts'
import { DONE } from '../outcome.ts'
import { toRequestParameters } from '../to-request-parameters.ts'

/** Takes tags from a managed policy (AWS IAM API Reference: UntagPolicy). */
export const untagPolicy = defineIamOperation({
  name: 'UntagPolicy',
  input: structure('UntagPolicyRequest', { policyArn: required(arn), tagKeys: optional(tagKeys) }),
  output: null,
  effect: 'changes',
  rateClass: 'iam-write',
  requestParameters: toRequestParameters,
  permissions: (input, call) =>
    permissionsOnPolicy(call, 'iam:UntagPolicy', input.policyArn, listTagKeys(input.tagKeys ?? [])),
  run: async ({ policyArn, tagKeys: keys = [] }, call) => {
    await changeOwnPolicy(call, 'iam:UntagPolicy', policyArn, (turn, policy) =>
      setPolicyTags(turn, policy, removeTags(POLICY_TAGS, policy.tags, keys)),
    )
    return DONE
  },
})
