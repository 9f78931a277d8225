import {
  type AccessKeyId,
  type AccountId,
  formatAccessKeyId,
  type UniqueId,
} from '../principals/identifiers.ts'
import type { RandomSource } from '../runtime/random.ts'
import type { Sealer } from '../secrets/sealer.ts'
import { Secret } from '../secrets/secret.ts'
import type { AccessKeyStore } from '../store/ports.ts'

const SECRET_BYTES = 30

/**
 * Makes a long-term access key and keeps it with its secret sealed. `userId` null makes a key of the
 * account's root. The secret, 40 characters of base64 as AWS's are, can be had here only.
 */
export async function createAccessKey(
  parts: {
    readonly store: AccessKeyStore
    readonly sealer: Sealer
    readonly random: RandomSource
  },
  accountId: AccountId,
  userId: UniqueId | null,
  nowMs: number,
): Promise<{ readonly id: AccessKeyId; readonly secret: Secret }> {
  const { store, sealer, random } = parts
  const id = formatAccessKeyId('AKIA', random.bytes(16))
  const text = Buffer.from(random.bytes(SECRET_BYTES)).toString('base64')
  const sealedSecret = sealer.seal(
    { purpose: 'access-key-secret', recordId: id },
    Buffer.from(text, 'utf8'),
  )
  const status = 'Active'
  await store.createAccessKey({ id, accountId, userId, status, createdAtMs: nowMs, sealedSecret })
  return { id, secret: new Secret(text) }
}
