import { optional, required, structure } from '../../shapes/shape.ts'
import { IAM } from '../apis.ts'
import { defineOperation } from '../operation.ts'
import { describeInput } from './describe-input.ts'
import { findUser } from './find-entity.ts'
import { permitOnPrincipal } from './iam-principal.ts'
import { existingUserName, tagKeys } from './iam-shapes.ts'
import { refuseGoneUser } from './iam-user.ts'
import { DONE } from './outcome.ts'
import { orRefuse } from './store-refusal.ts'
import { listTagKeys } from './tag-context.ts'
import { removeTags, USER_TAGS } from './tagging.ts'

/** Takes tags off a user (AWS IAM API Reference: UntagUser). */
export const untagUser = defineOperation({
  api: IAM,
  name: 'UntagUser',
  input: structure('UntagUserRequest', {
    userName: required(existingUserName),
    tagKeys: optional(tagKeys),
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
    permitOnPrincipal(call, 'iam:UntagUser', 'user', input.userName, () =>
      listTagKeys(input.tagKeys ?? []),
    ),
  run: async (input, call) => {
    const user = await findUser(call, input.userName)
    const left = removeTags(USER_TAGS, user.tags, input.tagKeys ?? [])
    await orRefuse(
      call.services.store.saveUserTags(user.accountId, user.id, left),
      refuseGoneUser(user.name),
    )
    return DONE
  },
})
