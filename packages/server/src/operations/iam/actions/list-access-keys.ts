import { list, optional, required, structure } from '../../../shapes/shape.ts'
import { defineIamOperation } from '../define-iam-operation.ts'
import { accessKeyMetadata, toAccessKeyOutput } from '../iam-access-key.ts'
import { existingUserName, pageInput, pageOutput } from '../iam-shapes.ts'
import { answer } from '../outcome.ts'
import { findChosenUser, permissionsOnChosenUser } from '../own-user.ts'
import { cutPage, toPageOutput, toPageRequest } from '../page.ts'
import { toRequestParameters } from '../to-request-parameters.ts'

/** Lists the access keys of a user, or of the caller itself (AWS IAM API Reference: ListAccessKeys). */
export const listAccessKeys = defineIamOperation({
  name: 'ListAccessKeys',
  input: structure('ListAccessKeysRequest', { userName: optional(existingUserName), ...pageInput }),
  output: structure('ListAccessKeysResponse', {
    accessKeyMetadata: required(list(accessKeyMetadata)),
    ...pageOutput,
  }),
  effect: 'reads',
  rateClass: 'iam-read',
  requestParameters: toRequestParameters,
  permissions: ({ userName }, call) =>
    permissionsOnChosenUser(call, 'iam:ListAccessKeys', userName),
  run: async (input, call) => {
    const user = await findChosenUser(input.userName, call)
    const { account } = call.caller
    const keys = await call.services.store.listAccessKeys(account.id, user?.id ?? null)
    const page = cutPage(keys, toPageRequest(input))
    return answer({
      accessKeyMetadata: page.items.map(key => toAccessKeyOutput(user, key)),
      ...toPageOutput(page),
    })
  },
})
