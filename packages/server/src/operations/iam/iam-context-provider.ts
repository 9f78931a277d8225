import type { ContextPairs } from '../operation.ts'

/**
 * The condition keys by which policies say who may let sessions act for others. That issuers stand in
 * them without their scheme, as in `aws:OriginIdentity/Issuer`, is UNVERIFIED (aws-wire-news §1.2).
 */
export function listIssuerContext(
  whose: 'Request' | 'Resource',
  url: string,
  enablesPropagation: boolean,
): ContextPairs {
  return [
    ['iam:EnableIdentityPropagation', String(enablesPropagation)],
    [`iam:${whose}IdentityProviderIssuers`, [url.replace(/^https?:\/\//, '')]],
  ]
}
