import type { IssuerKey } from '../store/ports.ts'
import type { SigningAlgorithm } from './signer/signer.ts'

/**
 * How keys are named in `kid`. `thumbprint`: by RFC 7638, unique everywhere. `aws`: `RSA_0` and
 * `EC384_0` as AWS does, the same in every account; such a `kid` names a key only together with its
 * issuer (aws-wire §4).
 */
export type KeyNaming = 'thumbprint' | 'aws'

const AWS_PREFIXES = {
  RS256: 'RSA',
  ES384: 'EC384',
} as const satisfies Readonly<Record<SigningAlgorithm, string>>

/** The `kid` of a key in token headers and in the JWKS. */
export function formatKeyId(
  naming: KeyNaming,
  key: Pick<IssuerKey, 'algorithm' | 'generation' | 'thumbprint'>,
): string {
  return naming === 'aws' ? `${AWS_PREFIXES[key.algorithm]}_${key.generation}` : key.thumbprint
}
