import { describe, expect, it } from 'vitest'
import { checkTrustPolicy } from './check-trust-policy.ts'

const PRIVATE = 'arn:aws:iam::123456789012:oidc-provider/idp.example.com'
const SHARED = 'arn:aws:iam::123456789012:oidc-provider/gitlab.com'

/** A trust policy that accepts tokens of the provider under the condition. */
function trust(provider: string, condition: object = {}): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: {
      Effect: 'Allow',
      Principal: { Federated: provider },
      Action: 'sts:AssumeRoleWithWebIdentity',
      Condition: condition,
    },
  })
}

describe('a trust policy that is to be written', () => {
  it.each([true, false])(
    'is accepted where its callers are told apart (required: %s)',
    required => {
      const document = trust(PRIVATE, { StringEquals: { 'idp.example.com:sub': 'alice' } })
      const { statements } = checkTrustPolicy(document, { requiresCallerClaim: required })
      expect(statements.length).toBe(1)
    },
  )

  it.each([true, false])('is refused for a shared provider without a claim (%s)', required => {
    expect(() => checkTrustPolicy(trust(SHARED), { requiresCallerClaim: required })).toThrow(
      'gitlab.com:sub which is not scoped to all.',
    )
  })

  it('is refused for any provider without a claim only where the setting asks for one', () => {
    expect(() => checkTrustPolicy(trust(PRIVATE), { requiresCallerClaim: true })).toThrow(
      `Trust policy with trusted principal ${PRIVATE} must evaluate, using StringEquals, StringLike or StringEqualsIgnoreCase, idp.example.com:sub or another claim that tells its callers apart: webIdentity.requireCallerClaim asks for it.`,
    )
    expect(checkTrustPolicy(trust(PRIVATE), { requiresCallerClaim: false }).statements.length).toBe(
      1,
    )
  })

  it('is refused when it is no policy', () => {
    expect(() => checkTrustPolicy('{', { requiresCallerClaim: false })).toThrow()
  })
})
