import { setInstanceProfileTags } from '../../../changes/instance-profiles.ts'
import { addTags, INSTANCE_PROFILE_TAGS } from '../../../changes/tags.ts'
import { optional, required, structure } from '../../../shapes/shape.ts'
import { listRequestTags } from '../../tag-context.ts'
import { tags } from '../../tag-shapes.ts'
import { defineIamOperation } from '../define-iam-operation.ts'
import {
  changeInstanceProfile,
  instanceProfileName,
  permissionsOnInstanceProfile,
} from '../iam-instance-profile.ts'
import { DONE } from '../outcome.ts'
import { toRequestParameters } from '../to-request-parameters.ts'

/** Adds tags to an instance profile, or replaces their values (AWS IAM API Reference: TagInstanceProfile). */
export const tagInstanceProfile = defineIamOperation({
  name: 'TagInstanceProfile',
  input: structure('TagInstanceProfileRequest', {
    instanceProfileName: required(instanceProfileName),
    tags: optional(tags),
  }),
  output: null,
  effect: 'changes',
  rateClass: 'iam-write',
  requestParameters: toRequestParameters,
  permissions: ({ instanceProfileName: name, tags: added = [] }, call) =>
    permissionsOnInstanceProfile(call, 'iam:TagInstanceProfile', name, listRequestTags(added)),
  run: async ({ instanceProfileName: name, tags: added = [] }, call) => {
    await changeInstanceProfile(call, name, (turn, profile) =>
      setInstanceProfileTags(turn, profile, addTags(INSTANCE_PROFILE_TAGS, profile.tags, added)),
    )
    return DONE
  },
})
