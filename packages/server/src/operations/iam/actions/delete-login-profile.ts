import { noLoginProfile } from '../../../changes/refusals.ts'
import { optional, structure } from '../../../shapes/shape.ts'
import { defineIamOperation } from '../define-iam-operation.ts'
import { existingUserName } from '../iam-shapes.ts'
import { findChosenUser, permissionsOnChosenUser } from '../own-user.ts'
import { toRequestParameters } from '../to-request-parameters.ts'

/**
 * Refuses to delete a password, which no user has, as AWS does for a user without one (AWS IAM API
 * Reference: DeleteLoginProfile). Asked by clients that take everything off a user before they
 * delete it; they go on when they hear that there was none.
 */
export const deleteLoginProfile = defineIamOperation({
  name: 'DeleteLoginProfile',
  input: structure('DeleteLoginProfileRequest', { userName: optional(existingUserName) }),
  output: null,
  effect: 'changes',
  rateClass: 'iam-write',
  requestParameters: toRequestParameters,
  permissions: ({ userName }, call) =>
    permissionsOnChosenUser(call, 'iam:DeleteLoginProfile', userName),
  run: async ({ userName }, call) => {
    const user = await findChosenUser(userName, call)
    const name = user?.name ?? call.caller.account.id
    throw noLoginProfile(name)
  },
})
