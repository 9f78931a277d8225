import { optional, required, structure } from '../../shapes/shape.ts'
import { IAM } from '../apis.ts'
import { defineOperation } from '../operation.ts'
import { describeInput } from './describe-input.ts'
import { findUser } from './find-entity.ts'
import { permitOnPrincipal } from './iam-principal.ts'
import { existingUserName, tags } from './iam-shapes.ts'
import { refuseGoneUser } from './iam-user.ts'
import { DONE } from './outcome.ts'
import { orRefuse } from './store-refusal.ts'
import { listRequestTags } from './tag-context.ts'
import { addTags, USER_TAGS } from './tagging.ts'

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
  run: async (input, call) => {
    const user = await findUser(call, input.userName)
    const tagged = addTags(USER_TAGS, user.tags, input.tags ?? [])
    await orRefuse(
      call.services.store.saveUserTags(user.accountId, user.id, tagged),
      refuseGoneUser(user.name),
    )
    return DONE
  },
})
