import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  ACCOUNT,
  codeThrown,
  createOptions,
  createPayload,
  type Json,
  signToken,
} from '../../test/tokens.ts'
import { createVerifier } from '../index.ts'
import type { VerifiedToken } from '../verified-token.ts'
import { createTrust } from './create-trust.ts'
import type { ExcludedConditions, TrustConditions } from './trust-rule.ts'

const verifier = createVerifier(createOptions())
const tokenWith = (aws: Json = {}, claims: Json = {}): Promise<VerifiedToken> =>
  verifier.verify(signToken(createPayload(claims, aws)))

/** What a rule for the account says of a token, but for what it excludes. */
const refusalOf = (not: ExcludedConditions, token: VerifiedToken, more: TrustConditions = {}) => {
  const rules = createTrust([{ name: 'r', when: { accounts: [ACCOUNT], ...more, not }, grant: 1 }])
  const decision = rules.evaluate(token)
  return decision.isTrusted ? null : decision.refusals[0]
}

describe('what a rule excludes', () => {
  const provider = `arn:aws:iam::${ACCOUNT}:oidc-provider/idp.example.com`
  const aws = {
    source_identity: 'alice@example.com',
    federated_provider: provider,
    ec2_instance_source_vpc: 'vpc-0abc',
    ou_path: ['o-fixture/r-p5qq/', 'o-fixture/r-p5qq/ou-1/'],
  }

  it.each<readonly [string, ExcludedConditions, string | null]>([
    ['another account', { accounts: ['999999999999'] }, null],
    ['the account', { accounts: ['999999999999', ACCOUNT] }, 'not.accounts'],
    ['another organization', { organizations: ['o-other'] }, null],
    ['the organization', { organizations: ['o-fixture'] }, 'not.organizations'],
    ['a path', { organizationPaths: ['o-fixture/r-p5qq/ou-2/**'] }, null],
    [
      'one of its paths',
      { organizationPaths: ['o-fixture/r-p5qq/ou-1/'] },
      'not.organizationPaths',
    ],
    ['another role', { subjects: [`arn:aws:iam::${ACCOUNT}:role/service/admin`] }, null],
    ['its role', { subjects: ['arn:aws:iam::*:role/service/*'] }, 'not.subjects'],
    ['another issuer', { issuers: ['https://issuer.example.com'] }, null],
    ['other regions', { regions: ['eu-*'] }, null],
    ['its region', { regions: ['us-*'] }, 'not.regions'],
    ['another source identity', { sourceIdentities: ['eve@*'] }, null],
    ['its source identity', { sourceIdentities: ['alice@*'] }, 'not.sourceIdentities'],
    ['another provider', { federatedProviders: ['**/other.example.com'] }, null],
    ['its provider', { federatedProviders: [provider] }, 'not.federatedProviders'],
    ['another VPC', { compute: { ec2Vpcs: ['vpc-1'] } }, null],
    ['its VPC', { compute: { ec2Vpcs: ['vpc-*'] } }, 'not.compute.ec2Vpcs'],
    ['another tag', { principalTags: { Team: 'data' } }, null],
    ['its tag', { principalTags: { Team: ['data', 'platform'] } }, 'not.principalTags.Team'],
    [
      'two, of which one fits',
      { regions: ['eu-*'], principalTags: { Team: 'platform' } },
      'not.principalTags.Team',
    ],
  ])('%s', async (_, not, condition) => {
    expect(refusalOf(not, await tokenWith(aws))?.condition ?? null).toBe(condition)
  })

  it('says what the token has and what the rule excludes', async () => {
    expect(refusalOf({ regions: ['us-*', 'eu-*'] }, await tokenWith())).toEqual({
      rule: 'r',
      condition: 'not.regions',
      reason: '"us-east-1" is one of "us-* eu-*"',
    })
  })

  it.each<readonly [string, ExcludedConditions]>([
    ['not.organizations', { organizations: ['o-other'] }],
    ['not.sourceIdentities', { sourceIdentities: ['eve'] }],
    ['not.federatedProviders', { federatedProviders: ['arn:x'] }],
    ['not.principalTags.Taem', { principalTags: { Taem: 'data' } }],
    ['not.principalTags.constructor', { principalTags: { constructor: 'x' } }],
    ['not.compute.lambdaFunctions', { compute: { lambdaFunctions: ['x'] } }],
  ])('lets nobody in who does not say: %s', async (condition, not) => {
    const bare = { aws_account: ACCOUNT, source_region: 'us-east-1' }
    const payload = { ...createPayload(), 'https://sts.amazonaws.com/': bare }
    const token = await verifier.verify(signToken(payload))
    expect(refusalOf(not, token)).toEqual({
      rule: 'r',
      condition,
      reason: 'the token does not say',
    })
  })

  it('is tried beside what is required, both ways', async () => {
    const token = await tokenWith()
    const not = { regions: ['eu-*'] } as const
    expect(refusalOf(not, token, { principalTags: { Team: 'platform' } })).toBeNull()
    expect(refusalOf(not, token, { principalTags: { Team: 'data' } })?.condition).toBe(
      'principalTags.Team',
    )
  })

  it('trusts nobody whom the same condition would, and the reverse, when the token says', async () => {
    const token = await tokenWith(aws)
    const region = fc.constantFrom('us-east-1', 'us-*', 'eu-*', '**', 'us-east-2')
    fc.assert(
      fc.property(region, region, (one, other) => {
        const regions = [one, other] as const
        const isTrusted = refusalOf({ regions }, token) === null
        const isTrustedOtherwise = createTrust([
          { name: 'r', when: { accounts: [ACCOUNT], regions }, grant: 1 },
        ]).evaluate(token).isTrusted
        expect(isTrusted).toBe(!isTrustedOtherwise)
      }),
    )
  })

  const withWhen = (when: unknown) => () =>
    createTrust(JSON.parse(JSON.stringify([{ name: 'a', when, grant: 1 }])))
  it.each([
    [
      'nobody is meant but for whom is excluded',
      { not: { accounts: ['999999999999'] } },
      'it would trust anybody',
    ],
    [
      'any account is meant but for one',
      { subjects: ['arn:aws:iam::*:role/x'], not: { accounts: ['999999999999'] } },
      'subjects of any account need accounts or organizations as well',
    ],
    [
      'nothing is excluded',
      { accounts: [ACCOUNT], not: {} },
      'not is not an object with at least one member',
    ],
    [
      'it is a list',
      { accounts: [ACCOUNT], not: ['accounts'] },
      'not is not an object with at least one member',
    ],
    ['it is null', { accounts: [ACCOUNT], not: null }, 'not is not an object'],
    [
      'what it excludes is no list',
      { accounts: [ACCOUNT], not: { regions: 'eu-*' } },
      'not.regions is not a list of at least one text',
    ],
    [
      'a value is malformed',
      { accounts: [ACCOUNT], not: { accounts: ['*'] } },
      'not.accounts: "*" is not a twelve-digit account id',
    ],
    [
      'it has an empty object',
      { accounts: [ACCOUNT], not: { principalTags: {} } },
      'not.principalTags is not an object with at least one member',
    ],
    [
      'it has request tags',
      { accounts: [ACCOUNT], not: { requestTags: { a: 'b' } } },
      'not.requestTags excludes nobody: the caller chooses them',
    ],
    [
      'it has another in it',
      { accounts: [ACCOUNT], not: { not: { regions: ['eu-*'] } } },
      'there is no condition "not.not"; there are not.accounts, ',
    ],
    [
      'a condition is misspelt',
      { accounts: [ACCOUNT], not: { region: ['eu-*'] } },
      'there is no condition "not.region"; did you mean not.regions?',
    ],
    [
      'a part of compute is misspelt',
      { accounts: [ACCOUNT], not: { compute: { vpcs: ['x'] } } },
      'there is no condition "not.compute.vpcs"; did you mean not.compute.ec2Vpcs?',
    ],
  ])('is refused when %s', (_, when, reason) => {
    expect(withWhen(when)).toThrow(reason)
    expect(codeThrown(withWhen(when))).toBe('rules_invalid')
  })
})
