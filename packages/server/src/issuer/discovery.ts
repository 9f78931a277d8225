import { SIGNING_ALGORITHM_NAMES } from '../principals/algorithms.ts'

/** Path of the discovery document below the issuer URL (OpenID Connect Discovery 1.0 §4). */
export const DISCOVERY_PATH = '/.well-known/openid-configuration'

/** Path of the key set below the issuer URL (aws-wire §4). */
export const JWKS_PATH = '/.well-known/jwks.json'

/** The discovery document with the members of AWS's own, in their order (aws-wire §4). */
export function formatDiscovery(issuerUrl: string): string {
  return JSON.stringify({
    claims_supported: ['sub', 'iss', 'aud', 'exp', 'iat', 'jti', 'https://sts.amazonaws.com/'],
    id_token_signing_alg_values_supported: SIGNING_ALGORITHM_NAMES,
    issuer: issuerUrl,
    jwks_uri: `${issuerUrl}${JWKS_PATH}`,
    response_types_supported: ['id_token'],
    subject_types_supported: ['public'],
  })
}
