import { createSecretKey, hkdfSync, type KeyObject } from 'node:crypto'
import type { RandomSource } from '../runtime/random.ts'
import { DecryptionError, decryptAesGcm, KEY_BYTES, NONCE_BYTES, TAG_BYTES } from './aes-gcm.ts'
import { MASTER_KEY_ID_BYTES, type MasterKey } from './master-key.ts'
import { decryptMessage, encryptMessage, SALT_BYTES } from './one-message-cipher.ts'
import { type SealContext, SealError, type Sealer } from './sealer.ts'

/** What values were sealed with at first: a key for each purpose, and a random nonce. */
const SHARED_KEY_FORMAT = 1
/** What values are sealed with now: a key for each, derived with a random salt. */
const OWN_KEY_FORMAT = 2

const HEADER_BYTES = 1 + MASTER_KEY_ID_BYTES

/** The length of an empty value, sealed, by its format. */
const SHORTEST_BYTES: Readonly<Record<number, number>> = {
  [SHARED_KEY_FORMAT]: HEADER_BYTES + NONCE_BYTES + TAG_BYTES,
  [OWN_KEY_FORMAT]: HEADER_BYTES + SALT_BYTES + TAG_BYTES,
}

/**
 * A {@link Sealer} with AES-256-GCM. A sealed value is: format version (1 byte), master-key id (8),
 * salt (32), ciphertext, tag (16). Each has a key of its own, so their number needs no limit. That
 * matters because callers can cause some of them, by calls that are refused. Values of the format
 * before, with a nonce (12 bytes) in the salt's place, still open.
 */
export function createAesGcmSealer(masterKey: MasterKey, random: RandomSource): Sealer {
  const header = Buffer.from([OWN_KEY_FORMAT, ...Buffer.from(masterKey.id, 'hex')])
  const deriveSharedKey = createSharedKeys(masterKey.key)

  const contextOf = (context: SealContext, salt: Uint8Array) => ({
    masterKey: masterKey.key,
    label: `credence/seal/v2/${context.purpose}`,
    salt,
    associatedData: encodeAssociatedData(header, context),
  })

  const decrypt = (context: SealContext, sealed: Uint8Array): Uint8Array => {
    const body = sealed.subarray(HEADER_BYTES)
    if (sealed[0] === OWN_KEY_FORMAT) {
      const salt = body.subarray(0, SALT_BYTES)
      return decryptMessage(contextOf(context, salt), body.subarray(SALT_BYTES))
    }
    const parameters = {
      key: deriveSharedKey(context.purpose),
      nonce: body.subarray(0, NONCE_BYTES),
      associatedData: encodeAssociatedData(sealed.subarray(0, HEADER_BYTES), context),
    }
    return decryptAesGcm(parameters, body.subarray(NONCE_BYTES))
  }

  return {
    seal(context, plaintext) {
      const salt = random.bytes(SALT_BYTES)
      return Buffer.concat([header, salt, encryptMessage(contextOf(context, salt), plaintext)])
    },

    unseal(context, sealed) {
      checkHeader(sealed, masterKey.id)
      try {
        return decrypt(context, sealed)
      } catch (cause) {
        if (!(cause instanceof DecryptionError)) throw cause
        throw new SealError(
          'the sealed value was changed, or was sealed for another purpose or record',
          { cause },
        )
      }
    },
  }
}

/** The id of the master key that a sealed value names, and has not proved to be sealed under. */
export function findSealingKeyId(sealed: Uint8Array): string {
  return Buffer.from(sealed.subarray(1, HEADER_BYTES)).toString('hex')
}

/** The keys of {@link SHARED_KEY_FORMAT}, derived when they are needed. */
function createSharedKeys(masterKey: KeyObject): (purpose: SealContext['purpose']) => KeyObject {
  const keys = new Map<string, KeyObject>()
  return purpose => {
    const known = keys.get(purpose)
    if (known !== undefined) return known
    const bytes = Buffer.from(
      hkdfSync('sha256', masterKey, '', `credence/seal/${purpose}`, KEY_BYTES),
    )
    const key = createSecretKey(bytes)
    bytes.fill(0)
    keys.set(purpose, key)
    return key
  }
}

/** Tells a wrong master key apart from a changed value; both are authenticated afterwards. */
function checkHeader(sealed: Uint8Array, masterKeyId: string): void {
  const shortest = SHORTEST_BYTES[sealed[0] ?? 0]
  if (shortest === undefined || sealed.length < shortest) {
    throw new SealError('the sealed value is too short or has an unknown format version')
  }
  const neededId = findSealingKeyId(sealed)
  if (neededId !== masterKeyId) {
    throw new SealError(
      `the value was sealed with master key ${neededId}, and this is master key ${masterKeyId}`,
    )
  }
}

/**
 * Header, length of the purpose, purpose, record id. Only the last part has no length of its own, so
 * no two contexts give the same bytes. UTF-16 keeps apart any two texts; UTF-8 would fold lone
 * surrogates into one character.
 */
function encodeAssociatedData(header: Uint8Array, { purpose, recordId }: SealContext): Uint8Array {
  const purposeBytes = Buffer.from(purpose)
  return Buffer.concat([
    header,
    Buffer.from([purposeBytes.length]),
    purposeBytes,
    Buffer.from(recordId, 'utf16le'),
  ])
}
