import { generateKeyPairSync } from 'node:crypto'
import { createTokenKey, type TokenKey } from '@credence/test-tokens'
import { formatJwks, type PublishedKey } from '../issuer/jwks.ts'
import { formatKeyId, type KeyNaming } from '../issuer/key-id.ts'
import { formatThumbprint } from '../issuer/thumbprint.ts'
import { findSigningAlgorithmOf } from '../principals/algorithms.ts'
import { readPublicJwk } from '../principals/public-jwk.ts'

/** Keys that an issuer is said to have had. Nothing but bad tokens is ever signed with them. */
export interface FormerKeys {
  readonly retired: TokenKey
  readonly revoked: TokenKey
  /** A key set as it was while the issuer still published them. */
  addTo(jwks: string): string
}

/**
 * Far beyond the generations that an installation reaches: a key id in AWS's form contains the
 * generation.
 */
const RETIRED_GENERATION = 998
const REVOKED_GENERATION = 999

/** Makes the keys. */
export function createFormerKeys(naming: KeyNaming): FormerKeys {
  const [retired, retiredJwk] = createKey(naming, RETIRED_GENERATION)
  const [revoked, revokedJwk] = createKey(naming, REVOKED_GENERATION)
  return {
    retired,
    revoked,
    addTo(jwks) {
      const former: { keys: object[] } = JSON.parse(formatJwks(naming, [retiredJwk, revokedJwk]))
      const current: { keys: object[] } = JSON.parse(jwks)
      return JSON.stringify({ keys: [...current.keys, ...former.keys] })
    },
  }
}

function createKey(naming: KeyNaming, generation: number): readonly [TokenKey, PublishedKey] {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' })
  const publicJwk = readPublicJwk(publicKey.export({ format: 'jwk' }))
  if (publicJwk === null) throw new TypeError('a key on P-384 is on no curve of ours')
  const { name: algorithm } = findSigningAlgorithmOf(publicJwk)
  const published = {
    algorithm,
    generation,
    thumbprint: formatThumbprint(publicJwk),
    publicJwk,
  }
  return [createTokenKey(formatKeyId(naming, published), algorithm, privateKey), published]
}
