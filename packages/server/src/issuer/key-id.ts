import { SIGNING_ALGORITHMS } from '../principals/algorithms.ts'
import type { KeyPlace } from '../store/ports.ts'

/**
 * How keys are named in `kid`. `thumbprint`: by RFC 7638, unique everywhere. `aws`: `RSA_0` and
 * `EC384_0` as AWS does, the same in every account; such a `kid` names a key only together with its
 * issuer (aws-wire §4).
 */
export type KeyNaming = 'thumbprint' | 'aws'

/** The `kid` of a key in token headers and in the JWKS. */
export function formatKeyId(
  naming: KeyNaming,
  key: Pick<KeyPlace, 'algorithm' | 'generation'> & { readonly thumbprint: string },
): string {
  return naming === 'aws'
    ? `${SIGNING_ALGORITHMS[key.algorithm].awsKeyPrefix}_${key.generation}`
    : key.thumbprint
}
