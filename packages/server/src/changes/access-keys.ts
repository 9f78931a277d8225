import type { AccessKey } from '../principals/entities.ts'
import {
  type AccessKeyId,
  type AccountId,
  formatAccessKeyId,
  type UniqueId,
} from '../principals/identifiers.ts'
import type { Sealer } from '../secrets/sealer.ts'
import { Secret } from '../secrets/secret.ts'
import { createQuotaError, MAX_ACCESS_KEYS } from './quotas.ts'
import type { Turn } from './turn.ts'

const ID_BYTES = 16
const SECRET_BYTES = 30

/** A new access key. Only here can its secret be read. */
export interface CreatedAccessKey {
  readonly id: AccessKeyId
  readonly secret: Secret
}

/**
 * Makes a long-term access key and keeps it with its secret, 40 characters of base64 as AWS's are,
 * sealed. `userId` null makes a key of the account's root.
 * @throws ServiceError `LimitExceeded`
 */
export async function createAccessKey(
  { store, random, nowMs, sealer }: Turn & { readonly sealer: Sealer },
  accountId: AccountId,
  userId: UniqueId | null,
): Promise<CreatedAccessKey> {
  const keys = await store.listAccessKeys(accountId, userId)
  if (keys.length >= MAX_ACCESS_KEYS) throw createQuotaError('AccessKeysPerUser', MAX_ACCESS_KEYS)
  const id = formatAccessKeyId('AKIA', random.bytes(ID_BYTES))
  const text = Buffer.from(random.bytes(SECRET_BYTES)).toString('base64')
  const sealedSecret = sealer.seal(
    { purpose: 'access-key-secret', recordId: id },
    Buffer.from(text, 'utf8'),
  )
  const status = 'Active'
  await store.createAccessKey({ id, accountId, userId, status, createdAtMs: nowMs, sealedSecret })
  return { id, secret: new Secret(text) }
}

/** Makes a key active, or makes it inactive, so that what it signs is refused. */
export async function setAccessKeyStatus(
  { store }: Turn,
  { id }: AccessKey,
  status: AccessKey['status'],
): Promise<void> {
  await store.saveAccessKeyStatus(id, status)
}

/** Deletes a key for good. */
export async function deleteAccessKey({ store }: Turn, { id }: AccessKey): Promise<void> {
  await store.deleteAccessKey(id)
}
