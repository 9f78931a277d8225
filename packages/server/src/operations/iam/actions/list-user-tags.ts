import { required, structure } from '../../../shapes/shape.ts'
import { tags } from '../../tag-shapes.ts'
import { defineIamOperation } from '../define-iam-operation.ts'
import { findUser } from '../find-entity.ts'
import { permissionsOnPrincipal } from '../iam-principal.ts'
import { existingUserName, pageInput, pageOutput } from '../iam-shapes.ts'
import { answer } from '../outcome.ts'
import { listTags } from '../tagging.ts'
import { toRequestParameters } from '../to-request-parameters.ts'

/** Lists the tags of a user in the order of keys (AWS IAM API Reference: ListUserTags). */
export const listUserTags = defineIamOperation({
  name: 'ListUserTags',
  input: structure('ListUserTagsRequest', {
    userName: required(existingUserName),
    ...pageInput,
  }),
  output: structure('ListUserTagsResponse', { tags: required(tags), ...pageOutput }),
  effect: 'reads',
  rateClass: 'iam-read',
  requestParameters: toRequestParameters,
  permissions: ({ userName }, call) =>
    permissionsOnPrincipal(call, 'iam:ListUserTags', 'user', userName),
  run: async (input, call) => {
    const user = await findUser(call, input.userName)
    return answer(listTags(user.tags, input))
  },
})
