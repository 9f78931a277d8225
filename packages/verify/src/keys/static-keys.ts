import { VerifyError } from '../errors.ts'
import type { Platform } from '../platform/platform.ts'
import { findKey, missingKeyError } from './find-key.ts'
import { importKeySet, type KeySet, parseJwkSet } from './key-set.ts'
import type { KeySource } from './key-source.ts'

/**
 * Keys that are part of the configuration and never change.
 *
 * @throws VerifyError `jwks_invalid` when the value is no JWK Set
 */
export function createStaticKeys(issuer: string, jwks: unknown, platform: Platform): KeySource {
  const parsed = parseJwkSet(jwks)
  let keys: KeySet | null = null
  const load = async (): Promise<KeySet> => {
    keys ??= await importKeySet(parsed, platform)
    return keys
  }
  return {
    find: keyId => {
      const found = keys && findKey(keys, keyId)
      return found ?? load().then(loaded => requireKey(loaded, keyId, issuer))
    },
    load: async () => {
      await load()
    },
    exportKeys: () => null,
    importKeys: async () => {
      throw new VerifyError('snapshot_invalid', `the keys of ${issuer} are static`)
    },
  }
}

function requireKey(keys: KeySet, keyId: string, issuer: string) {
  const key = findKey(keys, keyId)
  if (!key) throw missingKeyError(keys, keyId, issuer)
  return key
}
