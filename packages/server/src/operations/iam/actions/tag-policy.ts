import { setPolicyTags } from '../../../changes/managed-policies.ts'
import { addTags, POLICY_TAGS } from '../../../changes/tags.ts'
import { optional, required, structure } from '../../../shapes/shape.ts'
import { listRequestTags } from '../../tag-context.ts'
import { tags } from '../../tag-shapes.ts'
import { defineIamOperation } from '../define-iam-operation.ts'
import { changeOwnPolicy } from '../iam-policy.ts'
import { arn } from '../iam-shapes.ts'
import { permissionsOnPolicy } from '../managed-policy.ts'
import { DONE } from '../outcome.ts'
import { toRequestParameters } from '../to-request-parameters.ts'

/** Adds tags to a managed policy, or replaces their values (AWS IAM API Reference: TagPolicy). */
export const tagPolicy = defineIamOperation({
  name: 'TagPolicy',
  input: structure('TagPolicyRequest', { policyArn: required(arn), tags: optional(tags) }),
  output: null,
  effect: 'changes',
  rateClass: 'iam-write',
  requestParameters: toRequestParameters,
  permissions: (input, call) =>
    permissionsOnPolicy(call, 'iam:TagPolicy', input.policyArn, listRequestTags(input.tags ?? [])),
  run: async ({ policyArn, tags: added = [] }, call) => {
    await changeOwnPolicy(call, 'iam:TagPolicy', policyArn, (turn, policy) =>
      setPolicyTags(turn, policy, addTags(POLICY_TAGS, policy.tags, added)),
    )
    return DONE
  },
})
