import { createAccessKey as issueAccessKey } from '../../../changes/access-keys.ts'
import { type Infer, optional, required, string, structure } from '../../../shapes/shape.ts'
import type { Call } from '../../operation.ts'
import { defineIamOperation } from '../define-iam-operation.ts'
import { accessKeyMetadata, toAccessKeyOutput } from '../iam-access-key.ts'
import { existingUserName } from '../iam-shapes.ts'
import { inTurn } from '../in-turn.ts'
import { answer } from '../outcome.ts'
import { findChosenUser, permissionsOnChosenUser } from '../own-user.ts'
import { toRequestParameters } from '../to-request-parameters.ts'
import { toResponseElements } from '../to-response-elements.ts'

const input = structure('CreateAccessKeyRequest', { userName: optional(existingUserName) })

const { createDate, ...named } = accessKeyMetadata.members
const accessKey = structure('AccessKey', {
  ...named,
  secretAccessKey: required(string()),
  createDate,
})

const recorded = structure('RecordedAccessKey', { accessKey: required(accessKeyMetadata) })

/**
 * Makes a long-term access key for a user, or for the caller itself (AWS IAM API Reference:
 * CreateAccessKey). Only the answer shows its secret.
 */
export const createAccessKey = defineIamOperation({
  name: 'CreateAccessKey',
  input,
  output: structure('CreateAccessKeyResponse', { accessKey: required(accessKey) }),
  effect: 'changes',
  rateClass: 'iam-write',
  requestParameters: toRequestParameters,
  permissions: ({ userName }, call) =>
    permissionsOnChosenUser(call, 'iam:CreateAccessKey', userName),
  run,
})

async function run({ userName }: Infer<typeof input>, call: Call) {
  const { account } = call.caller
  const { sealer } = call.services
  const { user, id, secret } = await inTurn(call, async turn => {
    const user = await findChosenUser(userName, call, turn.store)
    return { user, ...(await issueAccessKey({ ...turn, sealer }, account.id, user?.id ?? null)) }
  })
  const metadata = toAccessKeyOutput(user, { id, status: 'Active', createdAtMs: call.nowMs })
  return answer(
    { accessKey: { ...metadata, secretAccessKey: secret.reveal() } },
    toResponseElements(recorded, { accessKey: metadata }),
  )
}
