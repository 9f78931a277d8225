import { removeTags, USER_TAGS } from '../../../changes/tags.ts'
import { optional, required, structure } from '../../../shapes/shape.ts'
import { listTagKeys } from '../../tag-context.ts'
import { tagKeys } from '../../tag-shapes.ts'
import { defineIamOperation } from '../define-iam-operation.ts'
import { permissionsOnPrincipal } from '../iam-principal.ts'
import { existingUserName } from '../iam-shapes.ts'
import { changeUser } from '../iam-user.ts'
import { DONE } from '../outcome.ts'
import { toRequestParameters } from '../to-request-parameters.ts'

/** Takes tags off a user (AWS IAM API Reference: UntagUser). */
export const untagUser = defineIamOperation({
  name: 'UntagUser',
  input: structure('UntagUserRequest', {
    userName: required(existingUserName),
    tagKeys: optional(tagKeys),
  }),
  output: null,
  effect: 'changes',
  rateClass: 'iam-write',
  requestParameters: toRequestParameters,
  permissions: (input, call) =>
    permissionsOnPrincipal(call, 'iam:UntagUser', 'user', input.userName, () =>
      listTagKeys(input.tagKeys ?? []),
    ),
  run: async ({ userName: name, tagKeys: keys = [] }, call) => {
    await changeUser(call, name, user => ({ tags: removeTags(USER_TAGS, user.tags, keys) }))
    return DONE
  },
})
