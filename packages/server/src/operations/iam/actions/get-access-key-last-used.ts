import { ServiceError } from '../../../errors.ts'
import { formatRootArn, formatUserArn, toArnHome } from '../../../principals/arn.ts'
import type { AccessKey, User } from '../../../principals/entities.ts'
import { isAccessKeyId } from '../../../principals/identifiers.ts'
import { type Infer, optional, required, string, structure } from '../../../shapes/shape.ts'
import type { Call, Permission } from '../../operation.ts'
import { listResourceTags } from '../../tag-context.ts'
import { defineIamOperation } from '../define-iam-operation.ts'
import { accessKeyId } from '../iam-access-key.ts'
import { dateTime } from '../iam-shapes.ts'
import { answer } from '../outcome.ts'
import { toRequestParameters } from '../to-request-parameters.ts'

const input = structure('GetAccessKeyLastUsedRequest', { accessKeyId })

const output = structure('GetAccessKeyLastUsedResponse', {
  userName: optional(string()),
  accessKeyLastUsed: required(
    structure('AccessKeyLastUsed', {
      lastUsedDate: optional(dateTime),
      serviceName: required(string()),
      region: required(string()),
    }),
  ),
})

type Input = Infer<typeof input>

/**
 * Tells when, where and for what an access key was last used, and whose it is (AWS IAM API
 * Reference: GetAccessKeyLastUsed). A use counts some time after it happened.
 */
export const getAccessKeyLastUsed = defineIamOperation({
  name: 'GetAccessKeyLastUsed',
  input,
  output,
  effect: 'reads',
  rateClass: 'iam-read',
  requestParameters: toRequestParameters,
  permissions,
  run,
})

async function permissions(request: Input, call: Call): Promise<readonly Permission[]> {
  const action = 'iam:GetAccessKeyLastUsed'
  const home = toArnHome(call.caller.account)
  const found = await findKey(request, call)
  if (found === null) return [{ action, resource: '*', context: [] }]
  const { user } = found
  if (user === null) return [{ action, resource: formatRootArn(home), context: [] }]
  const resource = formatUserArn(home, user.path, user.name)
  return [{ action, resource, context: listResourceTags(user.tags) }]
}

async function run(request: Input, call: Call) {
  const found = await findKey(request, call)
  if (found === null) {
    // IAM models no NoSuchEntity here, and does not tell an unknown key from a foreign one. The text
    // is UNVERIFIED.
    throw new ServiceError(
      'AccessDenied',
      `User: ${call.caller.arn} is not authorized to perform: iam:GetAccessKeyLastUsed on resource: access key ${request.accessKeyId}`,
    )
  }
  const { key, user } = found
  const use = await call.services.store.findAccessKeyUse(key.id)
  return answer({
    ...(user !== null && { userName: user.name }),
    accessKeyLastUsed:
      use === null
        ? { serviceName: 'N/A', region: 'N/A' }
        : { lastUsedDate: use.usedAtMs, serviceName: use.service, region: use.region },
  })
}

/** A key of the caller's account with its user, null for a key of the root; null when there is none. */
async function findKey(
  { accessKeyId: id }: Input,
  { caller, services: { store } }: Call,
): Promise<{ readonly key: AccessKey; readonly user: User | null } | null> {
  const key = isAccessKeyId(id) ? await store.findAccessKey(id) : null
  if (key === null || key.accountId !== caller.account.id) return null
  const { userId } = key
  return { key, user: userId === null ? null : await store.findUserById(key.accountId, userId) }
}
