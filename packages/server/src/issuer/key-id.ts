import { SIGNING_ALGORITHMS } from '../principals/algorithms.ts'
import type { KeyPlace } from '../store/ports.ts'

/**
 * How keys are named in `kid`. `thumbprint` takes the thumbprint of RFC 7638, which is unique
 * everywhere. `aws` takes AWS's names, `RSA_0` and `EC384_0`, which are the same in every account. Such
 * a `kid` names a key only together with its issuer (aws-wire §4).
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
