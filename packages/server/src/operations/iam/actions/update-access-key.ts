import { setAccessKeyStatus } from '../../../changes/access-keys.ts'
import { ServiceError } from '../../../errors.ts'
import type { AccessKey } from '../../../principals/entities.ts'
import { type Infer, optional, required, string, structure } from '../../../shapes/shape.ts'
import type { Call } from '../../operation.ts'
import { defineIamOperation } from '../define-iam-operation.ts'
import { accessKeyId, changeOwnedKey } from '../iam-access-key.ts'
import { existingUserName } from '../iam-shapes.ts'
import { DONE } from '../outcome.ts'
import { permissionsOnChosenUser } from '../own-user.ts'
import { toRequestParameters } from '../to-request-parameters.ts'

const input = structure('UpdateAccessKeyRequest', {
  userName: optional(existingUserName),
  accessKeyId,
  status: required(string({ values: ['Active', 'Inactive', 'Expired'] })),
})

type Input = Infer<typeof input>

/** Switches an access key off or on again (AWS IAM API Reference: UpdateAccessKey). */
export const updateAccessKey = defineIamOperation({
  name: 'UpdateAccessKey',
  input,
  output: null,
  effect: 'changes',
  rateClass: 'iam-write',
  requestParameters: toRequestParameters,
  checkInput: request => {
    parseStatus(request.status)
  },
  permissions: ({ userName }, call) =>
    permissionsOnChosenUser(call, 'iam:UpdateAccessKey', userName),
  run,
})

/** Keys do not expire here, and nobody can say that one has. The text is UNVERIFIED. */
function parseStatus(text: string): AccessKey['status'] {
  if (text === 'Active' || text === 'Inactive') return text
  throw new ServiceError('InvalidInput', `The status of an access key cannot be set to ${text}.`)
}

async function run(request: Input, call: Call) {
  await changeOwnedKey(call, request, (turn, key) =>
    setAccessKeyStatus(turn, key, parseStatus(request.status)),
  )
  return DONE
}
