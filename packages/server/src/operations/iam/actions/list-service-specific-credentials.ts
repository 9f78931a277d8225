import { optional, structure } from '../../../shapes/shape.ts'
import { absentListOutput, listNoneOfUser } from '../absent-credentials.ts'
import { defineIamOperation } from '../define-iam-operation.ts'
import { existingUserName, pageInput } from '../iam-shapes.ts'
import { permissionsOnChosenUser } from '../own-user.ts'
import { toRequestParameters } from '../to-request-parameters.ts'

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
  requestParameters: toRequestParameters,
  permissions: ({ userName }, call) =>
    permissionsOnChosenUser(call, 'iam:ListServiceSpecificCredentials', userName),
  run: listNoneOfUser,
})
