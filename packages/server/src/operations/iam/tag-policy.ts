import { optional, required, structure } from '../../shapes/shape.ts'
import { IAM } from '../apis.ts'
import { defineOperation } from '../operation.ts'
import { describeInput } from './describe-input.ts'
import { loadOwnPolicy, savePolicy } from './iam-policy.ts'
import { arn, tags } from './iam-shapes.ts'
import { permitOnPolicy } from './managed-policy.ts'
import { DONE } from './outcome.ts'
import { listRequestTags } from './tag-context.ts'
import { addTags, POLICY_TAGS } from './tagging.ts'

/** Adds tags to a managed policy, or replaces their values (AWS IAM API Reference: TagPolicy). */
export const tagPolicy = defineOperation({
  api: IAM,
  name: 'TagPolicy',
  input: structure('TagPolicyRequest', { policyArn: required(arn), tags: optional(tags) }),
  output: null,
  authentication: 'signature',
  readOnly: false,
  effect: 'changes',
  rateClass: 'iam-write',
  requestParameters: describeInput,
  checkInput: null,
  checkCaller: null,
  permissions: (input, call) =>
    permitOnPolicy(call, 'iam:TagPolicy', input.policyArn, listRequestTags(input.tags ?? [])),
  run: async (input, call) => {
    const policy = await loadOwnPolicy(call, 'iam:TagPolicy', input.policyArn)
    await savePolicy(call, { ...policy, tags: addTags(POLICY_TAGS, policy.tags, input.tags ?? []) })
    return DONE
  },
})
