import { deleteAccessKey as removeAccessKey } from '../../../changes/access-keys.ts'
import { optional, structure } from '../../../shapes/shape.ts'
import { defineIamOperation } from '../define-iam-operation.ts'
import { accessKeyId, changeOwnedKey } from '../iam-access-key.ts'
import { existingUserName } from '../iam-shapes.ts'
import { DONE } from '../outcome.ts'
import { permissionsOnChosenUser } from '../own-user.ts'
import { toRequestParameters } from '../to-request-parameters.ts'

/** Deletes an access key of a user, or of the caller itself (AWS IAM API Reference: DeleteAccessKey). */
export const deleteAccessKey = defineIamOperation({
  name: 'DeleteAccessKey',
  input: structure('DeleteAccessKeyRequest', { userName: optional(existingUserName), accessKeyId }),
  output: null,
  effect: 'changes',
  rateClass: 'iam-write',
  requestParameters: toRequestParameters,
  permissions: ({ userName }, call) =>
    permissionsOnChosenUser(call, 'iam:DeleteAccessKey', userName),
  run: async (input, call) => {
    await changeOwnedKey(call, input, removeAccessKey)
    return DONE
  },
})
