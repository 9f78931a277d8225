import { quote, VerifyError } from '../errors.ts'
import { isVerificationKey, type KeySet, type VerificationKey } from './key-set.ts'

/** The usable key with this `kid`; null when there is none. */
export function findKey(keys: KeySet, keyId: string): VerificationKey | null {
  const key = keys.get(keyId)
  return key && isVerificationKey(key) ? key : null
}

/** Why {@link findKey} found nothing. */
export function missingKeyError(keys: KeySet, keyId: string, issuer: string): VerifyError {
  const key = keys.get(keyId)
  const reason =
    key && !isVerificationKey(key) ? `publishes it, but ${key.unusable}` : 'does not publish it'
  return new VerifyError('key_unknown', `no key ${quote(keyId)}: ${issuer} ${reason}`)
}
