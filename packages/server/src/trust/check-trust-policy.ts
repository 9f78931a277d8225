import { ServiceError } from '../errors.ts'
import { listOpenProviders } from '../policy/caller-claims.ts'
import { parsePolicy } from '../policy/parse-policy.ts'
import type { Policy } from '../policy/policy-document.ts'
import { checkProviderControls } from '../policy/provider-controls.ts'

/** Where this installation's rules for trust policies differ from AWS's. */
export interface TrustRules {
  /** `webIdentity.requireCallerClaim` */
  readonly requiresCallerClaim: boolean
  /** `webIdentity.listedOrigins`: where providers may speak plain HTTP. */
  readonly listedOrigins: readonly string[]
  /** The id in the URL of an issuer of this installation; null for the issuers of others. */
  readonly findOwnIssuerId: (issuerUrl: string) => string | null
}

/**
 * Reads a trust policy that is to be written. What is stored already is read without these rules: it
 * stays in force until it is put again.
 * @throws ServiceError `MalformedPolicyDocument`
 */
export function checkTrustPolicy(
  document: string,
  { requiresCallerClaim }: Pick<TrustRules, 'requiresCallerClaim'>,
): Policy {
  const policy = parsePolicy(document, 'trust')
  checkProviderControls(policy)
  const [open] = requiresCallerClaim ? listOpenProviders(policy) : []
  if (open === undefined) return policy
  throw new ServiceError(
    'MalformedPolicyDocument',
    `Trust policy with trusted principal ${open.principal} must evaluate, using StringEquals, StringLike or StringEqualsIgnoreCase, ${open.issuer}:sub or another claim that tells its callers apart: webIdentity.requireCallerClaim asks for it.`,
  )
}
