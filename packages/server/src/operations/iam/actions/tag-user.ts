import { addTags, USER_TAGS } from '../../../changes/tags.ts'
import { optional, required, structure } from '../../../shapes/shape.ts'
import { listRequestTags } from '../../tag-context.ts'
import { tags } from '../../tag-shapes.ts'
import { defineIamOperation } from '../define-iam-operation.ts'
import { permissionsOnPrincipal } from '../iam-principal.ts'
import { existingUserName } from '../iam-shapes.ts'
import { changeUser } from '../iam-user.ts'
import { DONE } from '../outcome.ts'
import { toRequestParameters } from '../to-request-parameters.ts'

/** Adds tags to a user, or replaces them (AWS IAM API Reference: TagUser). */
export const tagUser = defineIamOperation({
  name: 'TagUser',
  input: structure('TagUserRequest', {
    userName: required(existingUserName),
    tags: optional(tags),
  }),
  output: null,
  effect: 'changes',
  rateClass: 'iam-write',
  requestParameters: toRequestParameters,
  permissions: (input, call) =>
    permissionsOnPrincipal(call, 'iam:TagUser', 'user', input.userName, () =>
      listRequestTags(input.tags ?? []),
    ),
  run: async ({ userName: name, tags: added = [] }, call) => {
    await changeUser(call, name, user => ({ tags: addTags(USER_TAGS, user.tags, added) }))
    return DONE
  },
})
