import { SIGNING_ALGORITHM_NAMES } from '../principals/algorithms.ts'
import { listJwkMembers, type PublicJwk, sortMembers } from '../principals/public-jwk.ts'
import type { KeyPlace } from '../store/ports.ts'
import { formatKeyId, type KeyNaming } from './key-id.ts'

/** What the JWKS needs to know of a key. */
export interface PublishedKey extends Pick<KeyPlace, 'algorithm' | 'generation'> {
  readonly thumbprint: string
  readonly publicJwk: PublicJwk
}

/**
 * The key set (RFC 7517 §5) as AWS writes it: keys by their algorithms, RSA first, members in
 * alphabetical order (aws-wire §4).
 */
export function formatJwks(naming: KeyNaming, keys: readonly PublishedKey[]): string {
  const ordered = SIGNING_ALGORITHM_NAMES.flatMap(name =>
    keys.filter(({ algorithm }) => algorithm === name),
  )
  return JSON.stringify({ keys: ordered.map(key => toJwk(naming, key)) })
}

function toJwk(naming: KeyNaming, key: PublishedKey): object {
  const members = Object.fromEntries(listJwkMembers(key.publicJwk))
  return sortMembers({ ...members, alg: key.algorithm, kid: formatKeyId(naming, key), use: 'sig' })
}
