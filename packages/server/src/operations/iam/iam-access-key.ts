import { ServiceError } from '../../errors.ts'
import type { AccessKey, User } from '../../principals/entities.ts'
import { isAccessKeyId } from '../../principals/identifiers.ts'
import { type Infer, optional, required, string, structure } from '../../shapes/shape.ts'
import type { Call } from '../operation.ts'
import { dateTime } from './iam-shapes.ts'
import { findChosenUser } from './own-user.ts'

/** The id of an access key as inputs take it. */
export const accessKeyId = required(string({ minLength: 16, maxLength: 128, pattern: '[\\w]+' }))

/** An access key on the wire, without its secret. */
export const accessKeyMetadata = structure('AccessKeyMetadata', {
  // The account's root, whose key it may be, has none.
  userName: optional(string()),
  accessKeyId: required(string()),
  status: required(string()),
  createDate: required(dateTime),
})

/** A key as answers and the audit show it; `user` is null for a key of the root. */
export function describeAccessKey(
  user: User | null,
  { id, status, createdAtMs }: Pick<AccessKey, 'id' | 'status' | 'createdAtMs'>,
): Infer<typeof accessKeyMetadata> {
  return {
    ...(user !== null && { userName: user.name }),
    accessKeyId: id,
    status,
    createDate: createdAtMs,
  }
}

/**
 * The key of the user that an input names, or of the caller itself. Somebody else's key is as
 * unknown as one that never was.
 *
 * @throws ServiceError `NoSuchEntity`, `ValidationError`
 */
export async function loadOwnedKey(
  call: Call,
  userName: string | undefined,
  id: string,
): Promise<AccessKey> {
  const user = await findChosenUser(userName, call)
  const key = isAccessKeyId(id) ? await call.services.store.findAccessKey(id) : null
  const isOwned =
    key !== null && key.accountId === call.caller.account.id && key.userId === (user?.id ?? null)
  if (isOwned) return key
  throw createMissingKeyError(id)
}

/** The refusal for an access key that is not there, or not any more. */
export function createMissingKeyError(id: string): ServiceError {
  return new ServiceError('NoSuchEntity', `The Access Key with id ${id} cannot be found.`)
}
