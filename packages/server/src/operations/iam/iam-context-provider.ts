import { ServiceError } from '../../errors.ts'
import type { ContextPairs } from '../operation.ts'

/** Members of AWS's that tie a provider to IAM Identity Center. */
export interface IdentityCenterInput {
  readonly identityCenterInstanceArn?: string | undefined
  readonly removeIdentityCenterInstance?: boolean | undefined
}

/**
 * Refuses what cannot be done here, rather than leave it out in silence.
 * @throws ServiceError `ValidationError`
 */
export function refuseIdentityCenter(input: IdentityCenterInput): void {
  const member =
    input.identityCenterInstanceArn !== undefined
      ? 'IdentityCenterInstanceArn'
      : input.removeIdentityCenterInstance === true
        ? 'RemoveIdentityCenterInstance'
        : null
  if (member === null) return
  throw new ServiceError(
    'ValidationError',
    `${member} is not supported: there is no IAM Identity Center here.`,
  )
}

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
