import { noSuchAccessKey } from '../../changes/refusals.ts'
import type { Turn } from '../../changes/turn.ts'
import type { AccessKey, User } from '../../principals/entities.ts'
import { isAccessKeyId } from '../../principals/identifiers.ts'
import { type Infer, optional, required, string, structure } from '../../shapes/shape.ts'
import type { Call } from '../operation.ts'
import { dateTime } from './iam-shapes.ts'
import { inTurn } from './in-turn.ts'
import { findChosenUser } from './own-user.ts'

/** The id of an access key as inputs take it. */
export const accessKeyId = required(string({ minLength: 16, maxLength: 128, pattern: '[\\w]+' }))

/** An access key on the wire, without its secret. */
export const accessKeyMetadata = structure('AccessKeyMetadata', {
  // Absent for a key of the account's root.
  userName: optional(string()),
  accessKeyId: required(string()),
  status: required(string()),
  createDate: required(dateTime),
})

/** A key as answers and the audit show it; `user` is null for a key of the root. */
export function toAccessKeyOutput(
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
 * Does something to the key of the user that an input names, or of the caller itself. Somebody
 * else's key is as unknown as one that never existed.
 *
 * @throws ServiceError `NoSuchEntity`, `ValidationError`
 */
export function changeOwnedKey(
  call: Call,
  {
    userName,
    accessKeyId: id,
  }: { readonly userName?: string | undefined; readonly accessKeyId: string },
  work: (turn: Turn, key: AccessKey) => Promise<void>,
): Promise<void> {
  return inTurn(call, async turn => {
    const user = await findChosenUser(userName, call, turn.store)
    const key = isAccessKeyId(id) ? await turn.store.findAccessKey(id) : null
    const isOwned =
      key !== null && key.accountId === call.caller.account.id && key.userId === (user?.id ?? null)
    if (isOwned) return work(turn, key)
    throw noSuchAccessKey(id)
  })
}
