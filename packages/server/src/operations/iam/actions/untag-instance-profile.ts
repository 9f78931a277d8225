import { setInstanceProfileTags } from '../../../changes/instance-profiles.ts'
import { INSTANCE_PROFILE_TAGS, removeTags } from '../../../changes/tags.ts'
import { optional, required, structure } from '../../../shapes/shape.ts'
import { listTagKeys } from '../../tag-context.ts'
import { tagKeys } from '../../tag-shapes.ts'
import { defineIamOperation } from '../define-iam-operation.ts'
import {
  changeInstanceProfile,
  instanceProfileName,
  permissionsOnInstanceProfile,
} from '../iam-instance-profile.ts'
import { DONE } from '../outcome.ts'
import { toRequestParameters } from '../to-request-parameters.ts'

/** Takes tags from an instance profile (AWS IAM API Reference: UntagInstanceProfile). */
export const untagInstanceProfile = defineIamOperation({
  name: 'UntagInstanceProfile',
  input: structure('UntagInstanceProfileRequest', {
    instanceProfileName: required(instanceProfileName),
    tagKeys: optional(tagKeys),
  }),
  output: null,
  effect: 'changes',
  rateClass: 'iam-write',
  requestParameters: toRequestParameters,
  permissions: ({ instanceProfileName: name, tagKeys: keys = [] }, call) =>
    permissionsOnInstanceProfile(call, 'iam:UntagInstanceProfile', name, listTagKeys(keys)),
  run: async ({ instanceProfileName: name, tagKeys: keys = [] }, call) => {
    await changeInstanceProfile(call, name, (turn, profile) =>
      setInstanceProfileTags(turn, profile, removeTags(INSTANCE_PROFILE_TAGS, profile.tags, keys)),
    )
    return DONE
  },
})
