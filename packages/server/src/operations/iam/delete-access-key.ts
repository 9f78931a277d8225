import { optional, structure } from '../../shapes/shape.ts'
import { IAM } from '../apis.ts'
import { defineOperation } from '../operation.ts'
import { describeInput } from './describe-input.ts'
import { accessKeyId, createMissingKeyError, loadOwnedKey } from './iam-access-key.ts'
import { existingUserName } from './iam-shapes.ts'
import { DONE } from './outcome.ts'
import { permitOnChosenUser } from './own-user.ts'
import { orRefuse } from './store-refusal.ts'

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
  run: async ({ userName, accessKeyId: keyId }, call) => {
    const { id } = await loadOwnedKey(call, userName, keyId)
    await orRefuse(call.services.store.deleteAccessKey(id), {
      missing: () => createMissingKeyError(keyId),
    })
    return DONE
  },
})
