import { optional, structure } from '../../../shapes/shape.ts'
import { absentListOutput, listNoneOfUser } from '../absent-credentials.ts'
import { defineIamOperation } from '../define-iam-operation.ts'
import { describeInput } from '../describe-input.ts'
import { existingUserName, pageInput } from '../iam-shapes.ts'
import { permitOnChosenUser } from '../own-user.ts'

/**
 * Lists the service-specific credentials of a user, which has none (AWS IAM API Reference: ListServiceSpecificCredentials). Asked
 * by clients that take everything off a user before they delete it.
 */
export const listServiceSpecificCredentials = defineIamOperation({
  name: 'ListServiceSpecificCredentials',
  input: structure('ListServiceSpecificCredentialsRequest', {
    userName: optional(existingUserName),
    ...pageInput,
  }),
  output: structure(
    'ListServiceSpecificCredentialsResponse',
    absentListOutput('ServiceSpecificCredentials'),
  ),
  effect: 'reads',
  rateClass: 'iam-read',
  requestParameters: describeInput,
  permissions: ({ userName }, call) =>
    permitOnChosenUser(call, 'iam:ListServiceSpecificCredentials', userName),
  run: listNoneOfUser,
})
