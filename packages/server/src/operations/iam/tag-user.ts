import { addTags, USER_TAGS } from '../../changes/tags.ts'
import { optional, required, structure } from '../../shapes/shape.ts'
import { IAM } from '../apis.ts'
import { defineOperation } from '../operation.ts'
import { describeInput } from './describe-input.ts'
import { permitOnPrincipal } from './iam-principal.ts'
import { existingUserName, tags } from './iam-shapes.ts'
import { changeUser } from './iam-user.ts'
import { DONE } from './outcome.ts'
import { listRequestTags } from './tag-context.ts'

/** Adds tags to a user, or replaces them (AWS IAM API Reference: TagUser). */
export const tagUser = defineOperation({
  api: IAM,
  name: 'TagUser',
  input: structure('TagUserRequest', {
    userName: required(existingUserName),
    tags: optional(tags),
  }),
  output: null,
  authentication: 'signature',
  readOnly: false,
  effect: 'changes',
  rateClass: 'iam-write',
  requestParameters: describeInput,
  checkInput: null,
  checkCaller: null,
  permissions: (input, call) =>
    permitOnPrincipal(call, 'iam:TagUser', 'user', input.userName, () =>
      listRequestTags(input.tags ?? []),
    ),
  run: async ({ userName: name, tags: added = [] }, call) => {
    await changeUser(call, name, user => ({ tags: addTags(USER_TAGS, user.tags, added) }))
    return DONE
  },
})
