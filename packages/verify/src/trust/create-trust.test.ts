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
import { createTrust, formatRefusals } from './create-trust.ts'
import type { TrustConditions } from './trust-rule.ts'

const verifier = createVerifier(createOptions())
const tokenWith = (aws: Json = {}, claims: Json = {}): Promise<VerifiedToken> =>
  verifier.verify(signToken(createPayload(claims, aws)))

/** What a single rule with this condition says of a token: null, or the condition that failed. */
const refusalOf = (when: TrustConditions, token: VerifiedToken) => {
  const decision = createTrust([{ name: 'r', when, grant: 'yes' }]).evaluate(token)
  return decision.isTrusted ? null : decision.refusals[0]
}

/** Rules as they come out of a file. */
const fromJson = (rules: unknown) => createTrust(JSON.parse(JSON.stringify(rules)))

describe('conditions', () => {
  const accounts = [ACCOUNT] as const
  const compute = {
    ec2_source_instance_arn: 'arn:aws:ec2:us-east-1:123456789012:instance/i-0abc',
    ec2_instance_source_vpc: 'vpc-0abc',
    ec2_instance_source_private_ipv4: '10.0.0.7',
    ec2_role_delivery: '2.0',
    lambda_source_function_arn: 'arn:aws:lambda:us-east-1:123456789012:function:orders',
    glue_credential_issuing_service: 'glue.amazonaws.com',
    source_identity: 'alice@example.com',
  }

  it.each<readonly [string, TrustConditions, boolean]>([
    ['the account', { accounts: [ACCOUNT] }, true],
    ['one of two accounts', { accounts: ['999999999999', ACCOUNT] }, true],
    ['another account', { accounts: ['999999999999'] }, false],
    ['the organization', { organizations: ['o-fixture'] }, true],
    ['another organization', { organizations: ['o-fixtures'] }, false],
    ['the exact path', { organizationPaths: ['o-fixture/r-p5qq/'] }, true],
    ['everything below the root', { organizationPaths: ['o-fixture/r-p5qq/**'] }, true],
    ['everything of the organization', { organizationPaths: ['o-fixture/**'] }, true],
    ['a path without its slash', { organizationPaths: ['o-fixture/r-p5qq'] }, false],
    ['an OU that it is not in', { organizationPaths: ['o-fixture/r-p5qq/ou-1/**'] }, false],
    ['the role', { subjects: ['arn:aws:iam::123456789012:role/service/deployer'] }, true],
    ['roles of the path', { subjects: ['arn:aws:iam::123456789012:role/service/*'] }, true],
    ['roles without the path', { subjects: ['arn:aws:iam::123456789012:role/deployer'] }, false],
    ['roles at the top', { subjects: ['arn:aws:iam::123456789012:role/*'] }, false],
    ['all roles', { subjects: ['arn:aws:iam::123456789012:role/**'] }, true],
    [
      'users of the same name',
      { subjects: ['arn:aws:iam::123456789012:user/service/deployer'] },
      false,
    ],
    [
      'roles of any account, in the organization',
      { subjects: ['arn:aws:iam::*:role/service/*'], organizations: ['o-fixture'] },
      true,
    ],
    [
      'roles of any account, in the accounts',
      { subjects: ['arn:aws:iam::*:role/service/*'], accounts },
      true,
    ],
    ['roles of another partition', { subjects: ['arn:aws-cn:iam::123456789012:role/**'] }, false],
    ['a principal tag', { accounts, principalTags: { Team: 'platform' } }, true],
    [
      'one of two values of a tag',
      { accounts, principalTags: { Team: ['data', 'platform'] } },
      true,
    ],
    ['a pattern of a tag', { accounts, principalTags: { Team: 'plat*' } }, true],
    ['another value of a tag', { accounts, principalTags: { Team: 'data' } }, false],
    ['another spelling of a key', { accounts, principalTags: { team: 'platform' } }, false],
    ['a tag that is not there', { accounts, principalTags: { Cost: '**' } }, false],
    ['a tag that every object has', { accounts, principalTags: { constructor: '**' } }, false],
    ['two tags, one wrong', { accounts, principalTags: { Team: 'platform', Cost: '**' } }, false],
    [
      'a tag of the request for one of the principal',
      { accounts, principalTags: { 'aws:test': 'reserved' } },
      false,
    ],
    ['a request tag', { accounts, requestTags: { 'aws:test': 'reserved' } }, true],
    ['another request tag', { accounts, requestTags: { Team: 'platform' } }, false],
    ['the region', { accounts, regions: ['us-east-1'] }, true],
    ['a pattern of regions', { accounts, regions: ['eu-*', 'us-*'] }, true],
    ['another region', { accounts, regions: ['eu-*'] }, false],
    ['the source identity', { accounts, sourceIdentities: ['alice@*'] }, true],
    ['another source identity', { accounts, sourceIdentities: ['bob@*'] }, false],
    [
      'the instance',
      { accounts, compute: { ec2Instances: ['arn:aws:ec2:us-east-1:123456789012:instance/*'] } },
      true,
    ],
    [
      'another instance',
      { accounts, compute: { ec2Instances: ['arn:aws:ec2:us-east-1:123456789012:instance/i-1'] } },
      false,
    ],
    ['the VPC', { accounts, compute: { ec2Vpcs: ['vpc-0abc'] } }, true],
    ['another VPC', { accounts, compute: { ec2Vpcs: ['vpc-1'] } }, false],
    ['the address', { accounts, compute: { ec2PrivateIpv4s: ['10.0.*'] } }, true],
    ['another address', { accounts, compute: { ec2PrivateIpv4s: ['10.1.*'] } }, false],
    ['IMDSv2', { accounts, compute: { ec2RoleDeliveries: ['2.0'] } }, true],
    ['IMDSv1', { accounts, compute: { ec2RoleDeliveries: ['1.0'] } }, false],
    [
      'the function',
      { accounts, compute: { lambdaFunctions: ['arn:aws:lambda:*:123456789012:function:orders'] } },
      true,
    ],
    [
      'another function',
      { accounts, compute: { lambdaFunctions: ['arn:aws:lambda:*:123456789012:function:admin'] } },
      false,
    ],
    ['Glue', { accounts, compute: { glueServices: ['glue.amazonaws.com'] } }, true],
    [
      'something else than Glue',
      { accounts, compute: { glueServices: ['x.amazonaws.com'] } },
      false,
    ],
    [
      'two of compute, one wrong',
      { accounts, compute: { ec2Vpcs: ['vpc-0abc'], ec2RoleDeliveries: ['1.0'] } },
      false,
    ],
  ])('%s', async (_, when, holds) => {
    expect(refusalOf(when, await tokenWith(compute)) === null).toBe(holds)
  })

  it.each<readonly [string, TrustConditions]>([
    ['organizations', { organizations: ['o-fixture'] }],
    ['organizationPaths', { organizationPaths: ['o-fixture/**'] }],
    ['principalTags.Team', { accounts, principalTags: { Team: '**' } }],
    ['requestTags.Team', { accounts, requestTags: { Team: '**' } }],
    ['sourceIdentities', { accounts, sourceIdentities: ['**'] }],
    ['compute.ec2Instances', { accounts, compute: { ec2Instances: ['**'] } }],
    ['compute.ec2Vpcs', { accounts, compute: { ec2Vpcs: ['**'] } }],
    ['compute.ec2PrivateIpv4s', { accounts, compute: { ec2PrivateIpv4s: ['**'] } }],
    ['compute.ec2RoleDeliveries', { accounts, compute: { ec2RoleDeliveries: ['**'] } }],
    ['compute.lambdaFunctions', { accounts, compute: { lambdaFunctions: ['**'] } }],
    ['compute.glueServices', { accounts, compute: { glueServices: ['**'] } }],
  ])('%s does not hold for a token that does not say', async (condition, when) => {
    const payload = createPayload()
    const bare = { aws_account: ACCOUNT, source_region: 'us-east-1' }
    const token = await verifier.verify(
      signToken({ ...payload, 'https://sts.amazonaws.com/': bare }),
    )
    expect(refusalOf(when, token)).toEqual({
      rule: 'r',
      condition,
      reason: 'the token does not say',
    })
  })

  it('matches any of several paths of the token', async () => {
    const token = await tokenWith({ ou_path: ['o-a/r-1/', 'o-a/r-1/ou-2/'] })
    expect(refusalOf({ organizationPaths: ['o-a/r-1/ou-2/'] }, token)).toBeNull()
  })

  it('says what the token has and what the rule wanted', async () => {
    expect(refusalOf({ accounts: ['999999999999', '888888888888'] }, await tokenWith())).toEqual({
      rule: 'r',
      condition: 'accounts',
      reason: '"123456789012" is none of "999999999999 888888888888"',
    })
    const inTwo = await tokenWith({ ou_path: ['o-a/r-1/', 'o-a/r-2/'] })
    expect(refusalOf({ organizationPaths: ['o-a/r-3/'] }, inTwo)?.reason).toBe(
      '"o-a/r-1/ o-a/r-2/" is none of "o-a/r-3/"',
    )
  })
})

describe('formatRefusals', () => {
  const refusal = (rule: string, reason = 'x') => ({ rule, condition: 'accounts', reason })
  const refusals = (count: number) => Array.from({ length: count }, (_, i) => refusal(`${i}`))

  it('names ten rules, and how many more there are', () => {
    expect(formatRefusals([])).toBe('')
    expect(formatRefusals(refusals(2))).toBe('rule "0": accounts: x; rule "1": accounts: x')
    expect(formatRefusals(refusals(10))).toMatch(/; rule "9": accounts: x$/)
    expect(formatRefusals(refusals(11))).toMatch(/; rule "9": accounts: x; and 1 more$/)
  })

  it('is bounded, however many rules there are and whatever they say', () => {
    const long = refusal('\n'.repeat(10_000), 'y'.repeat(10_000))
    const line = formatRefusals(Array.from({ length: 100_000 }, () => long))
    expect(line.length).toBeLessThan(6000)
    expect(line).toMatch(/^rule "(\\n)+…?.*; and 99990 more$/)
    expect(formatRefusals([{ ...refusal('a'), condition: 'principalTags.a\nb' }])).toBe(
      'rule "a": principalTags.a b: x',
    )
  })
})

describe('rules', () => {
  const trust = createTrust([
    {
      name: 'deployers',
      when: { subjects: ['arn:aws:iam::123456789012:role/service/deployer'] },
      grant: 'write',
    },
    { name: 'account', when: { accounts: [ACCOUNT] }, grant: 'read' },
    { name: 'partner', when: { accounts: ['999999999999'], regions: ['eu-*'] }, grant: 'list' },
  ])

  it('are tried in order, and the first that holds decides', async () => {
    expect(trust.evaluate(await tokenWith())).toEqual({
      isTrusted: true,
      rule: 'deployers',
      grant: 'write',
    })
    const other = await tokenWith({}, { sub: 'arn:aws:iam::123456789012:user/u' })
    expect(trust.evaluate(other)).toEqual({ isTrusted: true, rule: 'account', grant: 'read' })
  })

  it('all say why when none holds', async () => {
    const strict = createTrust([
      { name: 'a', when: { accounts: ['999999999999'] }, grant: 1 },
      {
        name: 'b',
        when: { accounts: [ACCOUNT], regions: ['eu-*'], sourceIdentities: ['x'] },
        grant: 2,
      },
    ])
    const decision = strict.evaluate(await tokenWith())
    expect(decision).toEqual({
      isTrusted: false,
      refusals: [
        { rule: 'a', condition: 'accounts', reason: '"123456789012" is none of "999999999999"' },
        { rule: 'b', condition: 'regions', reason: '"us-east-1" is none of "eu-*"' },
      ],
    })
    expect(decision.isTrusted ? '' : formatRefusals(decision.refusals)).toBe(
      'rule "a": accounts: "123456789012" is none of "999999999999"; rule "b": regions: "us-east-1" is none of "eu-*"',
    )
  })

  it('can come from JSON, with any grant', async () => {
    const rules = [{ name: 'a', when: { accounts: [ACCOUNT] }, grant: { roles: ['admin'] } }]
    expect(fromJson(rules).evaluate(await tokenWith())).toEqual({
      isTrusted: true,
      rule: 'a',
      grant: { roles: ['admin'] },
    })
    expect(fromJson([{ ...rules[0], grant: null }]).evaluate(await tokenWith())).toMatchObject({
      grant: null,
    })
  })

  const good = { name: 'a', when: { accounts: [ACCOUNT] }, grant: 1 }
  const withWhen = (when: unknown) => [{ ...good, when }]
  it.each([
    ['no list', good, 'rules is not a list of at least one rule'],
    ['an empty list', [], 'rules is not a list of at least one rule'],
    ['a rule that is no object', ['a'], 'rule 1: it has no name'],
    ['a rule without name', [good, { when: {}, grant: 1 }], 'rule 2: it has no name'],
    ['a rule with an empty name', [{ ...good, name: '' }], 'rule 1: it has no name'],
    ['a rule with a number as name', [{ ...good, name: 1 }], 'rule 1: it has no name'],
    ['a rule without grant', [{ name: 'a', when: good.when }], 'rule 1, "a": it grants nothing'],
    [
      'a member that it does not know',
      [{ ...good, unless: {} }],
      'rule 1, "a": there is no member "unless"; there are name, when, grant',
    ],
    ['two rules of one name', [good, good], 'two rules have the same name'],
    ['a rule without conditions', [{ name: 'a', grant: 1 }], 'rule 1, "a": when is not an object'],
    ['conditions that are a list', withWhen([]), 'rule 1, "a": when is not an object'],
    [
      'no conditions',
      withWhen({}),
      'none of accounts, organizations, organizationPaths, subjects is there: it would trust anybody',
    ],
    ['tags alone', withWhen({ principalTags: { a: 'b' } }), 'it would trust anybody'],
    [
      'a misspelt condition',
      withWhen({ accounts: [ACCOUNT], region: ['eu-*'] }),
      'there is no condition "region"; did you mean regions?',
    ],
    [
      'a condition of the prototype',
      withWhen({ accounts: [ACCOUNT], constructor: ['x'] }),
      'there is no condition "constructor"; there are accounts, ',
    ],
    [
      'a condition that is no list',
      withWhen({ accounts: ACCOUNT }),
      'accounts is not a list of at least one text',
    ],
    [
      'an empty condition',
      withWhen({ accounts: [] }),
      'accounts is not a list of at least one text',
    ],
    [
      'an empty value',
      withWhen({ accounts: [ACCOUNT], regions: [''] }),
      'regions is not a list of at least one text',
    ],
    [
      'a number as value',
      withWhen({ accounts: [Number(ACCOUNT)] }),
      'accounts is not a list of at least one text',
    ],
    [
      'a pattern of accounts',
      withWhen({ accounts: ['*'] }),
      'accounts: "*" is not a twelve-digit account id',
    ],
    [
      'a pattern of organizations',
      withWhen({ organizations: ['o-*'] }),
      'organizations: "o-*" is not the id of an organization',
    ],
    [
      'an organization with a path',
      withWhen({ organizations: ['o-a/r-b'] }),
      'is not the id of an organization',
    ],
    [
      'something else than an organization',
      withWhen({ organizations: ['xo-a'] }),
      'is not the id of an organization',
    ],
    [
      'paths of any organization',
      withWhen({ organizationPaths: ['**/ou-1/'] }),
      'organizationPaths: "**/ou-1/" does not begin with an organization',
    ],
    [
      'an organization behind something else',
      withWhen({ organizationPaths: ['x/o-a/ou-1/'] }),
      'organizationPaths: "x/o-a/ou-1/" does not begin with an organization',
    ],
    [
      'paths of many organizations',
      withWhen({ organizationPaths: ['o-*/ou-1/'] }),
      'does not begin with an organization',
    ],
    [
      'an organization without a path',
      withWhen({ organizationPaths: ['o-a'] }),
      'does not begin with an organization',
    ],
    [
      'a session as subject',
      withWhen({ subjects: ['arn:aws:sts::123456789012:assumed-role/r/s'] }),
      'names a session; sub names the role',
    ],
    [
      'a name as subject',
      withWhen({ subjects: ['deployer'] }),
      'is not arn:aws:iam::<account>:role/',
    ],
    [
      'a name with assumed-role in it',
      withWhen({ subjects: ['x:assumed-role/'] }),
      'is not arn:aws:iam::<account>:role/',
    ],
    ['anything as subject', withWhen({ subjects: ['**'] }), 'is not arn:aws:iam::<account>:role/'],
    [
      'anything of an account as subject',
      withWhen({ subjects: ['arn:aws:iam::123456789012:**'] }),
      'is not arn:aws:iam::<account>:role/',
    ],
    [
      'any kind of account id',
      withWhen({ subjects: ['arn:aws:iam::1234*:role/x'] }),
      'is not arn:aws:iam::<account>:role/',
    ],
    [
      'any partition',
      withWhen({ subjects: ['arn:*:iam::123456789012:role/x'] }),
      'is not arn:aws:iam::<account>:role/',
    ],
    [
      'root with a path',
      withWhen({ subjects: ['arn:aws:iam::123456789012:root/x'] }),
      'is not arn:aws:iam::<account>:role/',
    ],
    [
      'a role without name',
      withWhen({ subjects: ['arn:aws:iam::123456789012:role/'] }),
      'is not arn:aws:iam::<account>:role/',
    ],
    [
      'subjects with something before',
      withWhen({ subjects: ['x arn:aws:iam::123456789012:role/x'] }),
      'is not arn:aws:iam::<account>:role/',
    ],
    [
      'subjects of any account',
      withWhen({ subjects: ['arn:aws:iam::*:role/x'] }),
      'subjects of any account need accounts or organizations as well',
    ],
    [
      'subjects of any account with tags',
      withWhen({ subjects: ['arn:aws:iam::*:role/x'], principalTags: { a: 'b' } }),
      'subjects of any account need accounts or organizations as well',
    ],
    [
      'subjects of any account among others',
      withWhen({ subjects: ['arn:aws:iam::123456789012:role/x', 'arn:aws:iam::*:role/x'] }),
      'subjects of any account need accounts',
    ],
    [
      'tags that are a list',
      withWhen({ accounts: [ACCOUNT], principalTags: ['a'] }),
      'principalTags is not an object with at least one member',
    ],
    [
      'no tags',
      withWhen({ accounts: [ACCOUNT], requestTags: {} }),
      'requestTags is not an object with at least one member',
    ],
    [
      'a tag without values',
      withWhen({ accounts: [ACCOUNT], requestTags: { a: [] } }),
      'requestTags.a is not a list of at least one text',
    ],
    [
      'an empty value of a tag',
      withWhen({ accounts: [ACCOUNT], requestTags: { a: '' } }),
      'requestTags.a is not a list of at least one text',
    ],
    [
      'no compute',
      withWhen({ accounts: [ACCOUNT], compute: {} }),
      'compute is not an object with at least one member',
    ],
    [
      'a misspelt part of compute',
      withWhen({ accounts: [ACCOUNT], compute: { vpcs: ['x'] } }),
      'there is no condition "compute.vpcs"; did you mean compute.ec2Vpcs?',
    ],
    [
      'a part of compute that is text',
      withWhen({ accounts: [ACCOUNT], compute: { ec2Vpcs: 'vpc-1' } }),
      'compute.ec2Vpcs is not a list of at least one text',
    ],
  ])('are refused with %s', (_, rules, reason) => {
    expect(codeThrown(() => fromJson(rules))).toBe('rules_invalid')
    expect(() => fromJson(rules)).toThrow(reason)
  })

  it.each([
    ['root', { subjects: ['arn:aws:iam::123456789012:root'] }],
    ['users of GovCloud', { subjects: ['arn:aws-us-gov:iam::123456789012:user/a'] }],
    [
      'subjects of any account, bound by a path',
      { subjects: ['arn:aws:iam::*:user/a'], organizationPaths: ['o-a/**'] },
    ],
  ])('are accepted for %s', (_, when) => {
    expect(codeThrown(() => fromJson(withWhen(when)))).toBe('accepted')
  })

  it('trust nobody more when a condition is added', async () => {
    const token = await tokenWith()
    const conditions = fc.record(
      {
        accounts: fc.constantFrom([ACCOUNT] as const, ['999999999999'] as const),
        regions: fc.constantFrom(['us-east-1'] as const, ['eu-*'] as const),
        organizations: fc.constantFrom(['o-fixture'] as const, ['o-other'] as const),
        principalTags: fc.constantFrom({ Team: 'platform' }, { Team: 'data' }),
        requestTags: fc.constantFrom({ Team: 'request' }, { Team: 'other' }),
      },
      { requiredKeys: ['accounts'] },
    )
    fc.assert(
      fc.property(conditions, conditions, (some, more) => {
        const both = { ...more, ...some }
        if (refusalOf(some, token)) expect(refusalOf(both, token)).not.toBeNull()
      }),
    )
  })
})
