import { deleteAccessKey as removeAccessKey } from '../../changes/access-keys.ts'
import { optional, structure } from '../../shapes/shape.ts'
import { IAM } from '../apis.ts'
import { defineOperation } from '../operation.ts'
import { describeInput } from './describe-input.ts'
import { accessKeyId, changeOwnedKey } from './iam-access-key.ts'
import { existingUserName } from './iam-shapes.ts'
import { DONE } from './outcome.ts'
import { permitOnChosenUser } from './own-user.ts'

/** Deletes an access key of a user, or of the caller itself (AWS IAM API Reference: DeleteAccessKey). */
export const deleteAccessKey = defineOperation({
  api: IAM,
  name: 'DeleteAccessKey',
  input: structure('DeleteAccessKeyRequest', { userName: optional(existingUserName), accessKeyId }),
  output: null,
  authentication: 'signature',
  readOnly: false,
  effect: 'changes',
  rateClass: 'iam-write',
  requestParameters: describeInput,
  checkInput: null,
  checkCaller: null,
  permissions: ({ userName }, call) => permitOnChosenUser(call, 'iam:DeleteAccessKey', userName),
  run: async (input, call) => {
    await changeOwnedKey(call, input, removeAccessKey)
    return DONE
  },
})
