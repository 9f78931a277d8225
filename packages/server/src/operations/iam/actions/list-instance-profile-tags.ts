import { required, structure } from '../../../shapes/shape.ts'
import { tags } from '../../tag-shapes.ts'
import { defineIamOperation } from '../define-iam-operation.ts'
import {
  instanceProfileName,
  loadInstanceProfile,
  permissionsOnInstanceProfile,
} from '../iam-instance-profile.ts'
import { pageInput, pageOutput } from '../iam-shapes.ts'
import { answer } from '../outcome.ts'
import { listTags } from '../tagging.ts'
import { toRequestParameters } from '../to-request-parameters.ts'

/** Lists the tags of an instance profile (AWS IAM API Reference: ListInstanceProfileTags). */
export const listInstanceProfileTags = defineIamOperation({
  name: 'ListInstanceProfileTags',
  input: structure('ListInstanceProfileTagsRequest', {
    instanceProfileName: required(instanceProfileName),
    ...pageInput,
  }),
  output: structure('ListInstanceProfileTagsResponse', { tags: required(tags), ...pageOutput }),
  effect: 'reads',
  rateClass: 'iam-read',
  requestParameters: toRequestParameters,
  permissions: ({ instanceProfileName: name }, call) =>
    permissionsOnInstanceProfile(call, 'iam:ListInstanceProfileTags', name),
  run: async (input, call) => {
    const profile = await loadInstanceProfile(call, input.instanceProfileName)
    return answer(listTags(profile.tags, input))
  },
})
