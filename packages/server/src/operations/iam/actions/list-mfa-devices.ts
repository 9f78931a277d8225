import { optional, structure } from '../../../shapes/shape.ts'
import { absentListOutput, listNoneOfUser } from '../absent-credentials.ts'
import { defineIamOperation } from '../define-iam-operation.ts'
import { existingUserName, pageInput } from '../iam-shapes.ts'
import { permissionsOnChosenUser } from '../own-user.ts'
import { toRequestParameters } from '../to-request-parameters.ts'

/**
 * Lists the MFA devices of a user, which has none (AWS IAM API Reference: ListMFADevices). Asked
 * by clients that take everything off a user before they delete it.
 */
export const listMFADevices = defineIamOperation({
  name: 'ListMFADevices',
  input: structure('ListMFADevicesRequest', { userName: optional(existingUserName), ...pageInput }),
  output: structure('ListMFADevicesResponse', absentListOutput('MFADevices')),
  effect: 'reads',
  rateClass: 'iam-read',
  requestParameters: toRequestParameters,
  permissions: ({ userName }, call) =>
    permissionsOnChosenUser(call, 'iam:ListMFADevices', userName),
  run: listNoneOfUser,
})
