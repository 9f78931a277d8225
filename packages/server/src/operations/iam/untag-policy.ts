import { optional, required, structure } from '../../shapes/shape.ts'
import { IAM } from '../apis.ts'
import { defineOperation } from '../operation.ts'
import { describeInput } from './describe-input.ts'
import { loadOwnPolicy, savePolicy } from './iam-policy.ts'
import { arn, tagKeys } from './iam-shapes.ts'
import { permitOnPolicy } from './managed-policy.ts'
import { DONE } from './outcome.ts'
import { listTagKeys } from './tag-context.ts'
import { POLICY_TAGS, removeTags } from './tagging.ts'

/** Takes tags from a managed policy (AWS IAM API Reference: UntagPolicy). */
export const untagPolicy = defineOperation({
  api: IAM,
  name: 'UntagPolicy',
  input: structure('UntagPolicyRequest', { policyArn: required(arn), tagKeys: optional(tagKeys) }),
  output: null,
  authentication: 'signature',
  readOnly: false,
  effect: 'changes',
  rateClass: 'iam-write',
  requestParameters: describeInput,
  checkInput: null,
  checkCaller: null,
  permissions: (input, call) =>
    permitOnPolicy(call, 'iam:UntagPolicy', input.policyArn, listTagKeys(input.tagKeys ?? [])),
  run: async (input, call) => {
    const policy = await loadOwnPolicy(call, 'iam:UntagPolicy', input.policyArn)
    await savePolicy(call, {
      ...policy,
      tags: removeTags(POLICY_TAGS, policy.tags, input.tagKeys ?? []),
    })
    return DONE
  },
})
