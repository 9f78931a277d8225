import { formatRootArn, toArnHome } from '../../../principals/arn.ts'
import { optional, required, structure } from '../../../shapes/shape.ts'
import { defineIamOperation } from '../define-iam-operation.ts'
import { existingUserName } from '../iam-shapes.ts'
import { toUserOutput, userShape } from '../iam-user.ts'
import { answer } from '../outcome.ts'
import { findChosenUser, permissionsOnChosenUser } from '../own-user.ts'
import { toRequestParameters } from '../to-request-parameters.ts'

/** Describes a user, or the caller's own (AWS IAM API Reference: GetUser). */
export const getUser = defineIamOperation({
  name: 'GetUser',
  input: structure('GetUserRequest', { userName: optional(existingUserName) }),
  output: structure('GetUserResponse', { user: required(userShape) }),
  effect: 'reads',
  rateClass: 'iam-read',
  requestParameters: toRequestParameters,
  permissions: ({ userName }, call) => permissionsOnChosenUser(call, 'iam:GetUser', userName),
  run: async ({ userName }, call) => {
    const { account } = call.caller
    const user = await findChosenUser(userName, call)
    if (user !== null) return answer({ user: toUserOutput(account, user) })
    const arn = formatRootArn(toArnHome(account))
    return answer({ user: { userId: account.id, arn, createDate: account.createdAtMs } })
  },
})
