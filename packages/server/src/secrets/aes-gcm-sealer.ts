import {
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  hkdfSync,
  type KeyObject,
} from 'node:crypto'
import type { RandomSource } from '../runtime/random.ts'
import { MASTER_KEY_ID_BYTES, type MasterKey } from './master-key.ts'
import { type SealContext, SealError, type Sealer } from './sealer.ts'

const ALGORITHM = 'aes-256-gcm'
const KEY_BYTES = 32
const FORMAT_VERSION = 1
const NONCE_BYTES = 12
const TAG_BYTES = 16
const HEADER_BYTES = 1 + MASTER_KEY_ID_BYTES

/**
 * A {@link Sealer} with AES-256-GCM (NIST SP 800-38D). A sealed value is: format version (1 byte),
 * master-key id (8), nonce (12), ciphertext, tag (16).
 *
 * Each purpose has a key of its own, derived by HKDF-SHA-256 (RFC 5869). Nonces are random: up to
 * 2^32 values of one purpose under one master key, the chance that two share a nonce stays below
 * 2^-32 (SP 800-38D §8.3).
 */
export function createAesGcmSealer(masterKey: MasterKey, random: RandomSource): Sealer {
  const header = Buffer.from([FORMAT_VERSION, ...Buffer.from(masterKey.id, 'hex')])
  const subkeys = new Map<string, KeyObject>()

  const deriveSubkey = (purpose: SealContext['purpose']): KeyObject => {
    const known = subkeys.get(purpose)
    if (known !== undefined) return known
    const bytes = Buffer.from(
      hkdfSync('sha256', masterKey.key, '', `credence/seal/${purpose}`, KEY_BYTES),
    )
    const subkey = createSecretKey(bytes)
    bytes.fill(0)
    subkeys.set(purpose, subkey)
    return subkey
  }

  return {
    seal(context, plaintext) {
      const nonce = random.bytes(NONCE_BYTES)
      const cipher = createCipheriv(ALGORITHM, deriveSubkey(context.purpose), nonce, {
        authTagLength: TAG_BYTES,
      })
      cipher.setAAD(encodeAssociatedData(header, context))
      const ciphertext = cipher.update(plaintext)
      cipher.final()
      return Buffer.concat([header, nonce, ciphertext, cipher.getAuthTag()])
    },

    unseal(context, sealed) {
      checkHeader(sealed, masterKey.id)
      const nonceEnd = HEADER_BYTES + NONCE_BYTES
      const decipher = createDecipheriv(
        ALGORITHM,
        deriveSubkey(context.purpose),
        sealed.subarray(HEADER_BYTES, nonceEnd),
        { authTagLength: TAG_BYTES },
      )
      decipher.setAAD(encodeAssociatedData(header, context))
      decipher.setAuthTag(sealed.subarray(-TAG_BYTES))
      const plaintext = decipher.update(sealed.subarray(nonceEnd, -TAG_BYTES))
      try {
        decipher.final()
      } catch (cause) {
        // What was decrypted is not authentic, and must not be seen by anybody.
        plaintext.fill(0)
        throw new SealError(
          'the sealed value was changed, or was sealed for another purpose or record',
          { cause },
        )
      }
      return plaintext
    },
  }
}

/** Tells a wrong master key apart from a changed value; both are authenticated afterwards. */
function checkHeader(sealed: Uint8Array, masterKeyId: string): void {
  if (sealed.length < HEADER_BYTES + NONCE_BYTES + TAG_BYTES || sealed[0] !== FORMAT_VERSION) {
    throw new SealError('the sealed value is too short or has an unknown format version')
  }
  const neededId = Buffer.from(sealed.subarray(1, HEADER_BYTES)).toString('hex')
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
