import type { TokenOrigin } from '../../test-tokens/src/bad-token.ts'
import { createEcKey, createPayload, EC_KEY, type Json, RSA_KEY } from './tokens.ts'

/** An issuer whose tokens are spoilt, with the keys of these tests. The claims fit the moment. */
export function createOrigin(nowMs: number, claims: Json = {}): TokenOrigin {
  const nowSeconds = Math.floor(nowMs / 1000)
  return {
    keys: { RS256: RSA_KEY, ES384: EC_KEY },
    retiredKey: createEcKey('EC384_RETIRED'),
    revokedKey: createEcKey('EC384_REVOKED'),
    claims: createPayload({ iat: nowSeconds - 10, exp: nowSeconds + 600, ...claims }),
    nowSeconds,
  }
}
