import { describe, expect, it } from 'vitest'
import { ACCOUNT, AWS, codeThrown, createPayload, omit } from '../test/tokens.ts'
import { AWS_NAMESPACE, parseClaims } from './claims.ts'
import type { JsonObject } from './json.ts'

const awsOf = (payload: JsonObject): JsonObject => {
  const aws = payload[AWS]
  return typeof aws === 'object' && aws !== null ? Object.fromEntries(Object.entries(aws)) : {}
}
const withoutAws = (name: string): JsonObject => ({
  ...createPayload(),
  [AWS]: omit(awsOf(createPayload()), name),
})

describe('parseClaims', () => {
  it('gives the payload of a role its types and keeps every claim', () => {
    const payload = createPayload({ nbf: 5, custom: { deep: [1] } }, { new_claim: ['x'] })
    const { claims, aws, audiences, principal } = parseClaims(payload)
    expect(claims).toEqual(payload)
    expect(aws).toEqual(payload[AWS])
    expect(claims[AWS_NAMESPACE]).toBe(aws)
    expect(audiences).toEqual(['https://orders.example.com'])
    expect(principal).toMatchObject({ type: 'role', account: ACCOUNT, path: '/service/' })
    expect(claims['custom']).toEqual({ deep: [1] })
    expect(aws['new_claim']).toEqual(['x'])
  })

  it('reads the sample of the AWS documentation, whose ou_path is text', () => {
    const { aws, claims, audiences } = parseClaims({
      aud: 'https://backend.example.com',
      sub: 'arn:aws:iam::123456789012:role/DataProcessingRole',
      'https://sts.amazonaws.com/': {
        aws_account: '123456789012',
        source_region: 'us-east-1',
        org_id: 'o-abc1234567',
        ou_path: 'o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/ou-ab12-22222222/',
        principal_tags: { environment: 'production', team: 'data-engineering' },
        lambda_source_function_arn: 'arn:aws:lambda:us-east-1:123456789012:function:process-data',
        original_session_exp: '2026-01-15T10:00:00Z',
        request_tags: { job_id: 'job-2026-001' },
      },
      iss: 'https://abc123-def456-ghi789-jkl012.tokens.sts.global.api.aws',
      exp: 1_800_000_000,
      iat: 1_799_999_700,
      jti: 'xyz123-def456-ghi789-jkl012',
    })
    expect(aws.ou_path).toEqual(['o-a1b2c3d4e5/r-ab12/ou-ab12-11111111/ou-ab12-22222222/'])
    expect(claims[AWS_NAMESPACE].ou_path).toBe(aws.ou_path)
    expect(audiences).toEqual(['https://backend.example.com'])
    expect(aws.principal_tags?.['team']).toBe('data-engineering')
  })

  it('reads a token with the fewest claims that AWS writes', () => {
    const aws = { aws_account: ACCOUNT, source_region: 'eu-central-1' }
    const parsed = parseClaims({ ...createPayload(), [AWS]: aws })
    expect(parsed.aws).toEqual(aws)
    expect(Object.keys(parsed.aws)).toEqual(['aws_account', 'source_region'])
    expect(Object.hasOwn(parsed.claims, 'nbf')).toBe(false)
  })

  it('keeps a list of audiences with its order and repetitions', () => {
    const { audiences, claims } = parseClaims(createPayload({ aud: ['b', 'a', 'b'] }))
    expect(audiences).toEqual(['b', 'a', 'b'])
    expect(claims.aud).toEqual(['b', 'a', 'b'])
    expect(parseClaims(createPayload({ aud: ['a'] })).claims.aud).toEqual(['a'])
    expect(parseClaims(createPayload({ aud: 'a' })).claims.aud).toBe('a')
  })

  it('has only the tags of the token, whatever an object has by nature', () => {
    const { aws } = parseClaims(
      createPayload({}, JSON.parse('{"principal_tags":{"__proto__":"x","a":""}}')),
    )
    expect(Object.entries(aws.principal_tags ?? {})).toEqual([
      ['__proto__', 'x'],
      ['a', ''],
    ])
    expect(aws.principal_tags?.['constructor']).toBeUndefined()
    expect(aws.request_tags?.['toString']).toBeUndefined()
  })

  it.each(['iss', 'sub', 'aud', 'iat', 'exp', 'jti', AWS])(
    'refuses a payload without %s and names it',
    claim => {
      const run = () => parseClaims(omit(createPayload(), claim))
      expect(codeThrown(run)).toBe('claims_invalid')
      expect(run).toThrow(`${claim} is missing or has the wrong type`)
    },
  )

  it.each(['aws_account', 'source_region'])('refuses AWS claims without %s', claim => {
    const run = () => parseClaims(withoutAws(claim))
    expect(codeThrown(run)).toBe('claims_invalid')
    expect(run).toThrow(`${claim} is missing`)
  })

  const notText = [null, 7, true, {}, ['x'], '']
  const notSeconds = [null, '1789151748', 1.5, Number.NaN, 2 ** 53, true, [1], {}]
  it.each([
    ...['iss', 'sub', 'jti'].map(claim => [claim, notText] as const),
    ...['iat', 'exp', 'nbf'].map(claim => [claim, notSeconds] as const),
    ['aud', [null, 7, true, {}, [], [''], ['a', ''], ['a', 7], [['a']], '']] as const,
    [AWS, [null, 7, 'x', []]] as const,
  ])('refuses every wrong type of %s', (claim, values) => {
    for (const value of values) {
      const run = () => parseClaims(createPayload({ [claim]: value }))
      expect([value, codeThrown(run)]).toEqual([value, 'claims_invalid'])
      expect(run).toThrow(`${claim} is missing or has the wrong type`)
    }
  })

  const notPaths = [null, 7, {}, [7], [['o-x/']]]
  const notTags = [null, 7, 'a=b', ['a'], { a: 1 }, { a: null }, { a: { b: 'c' } }]
  const notTimestamps = [
    null,
    1789151748,
    '',
    '2026-04-25',
    '2026-04-25T02:41:15',
    '2026-04-25T02:41:15.000Z',
    '2026-04-25T02:41:15Z ',
    'x2026-04-25T02:41:15Z',
    ['2026-04-25T02:41:15Z'],
  ]
  it.each([
    ['aws_account', [...notText, 123456789012, '12345678901', '1234567890123', '12345678901x']],
    ['ou_path', notPaths],
    ['principal_tags', notTags],
    ['request_tags', notTags],
    ['original_session_exp', notTimestamps],
    ...[
      'source_region',
      'principal_id',
      'org_id',
      'source_identity',
      'federated_provider',
      'identity_store_user_id',
      'identity_store_arn',
      'ec2_source_instance_arn',
      'ec2_instance_source_vpc',
      'ec2_instance_source_private_ipv4',
      'ec2_role_delivery',
      'lambda_source_function_arn',
      'glue_credential_issuing_service',
    ].map(claim => [claim, notText] as const),
  ] as const)('refuses every wrong type of the AWS claim %s', (claim, values) => {
    for (const value of values) {
      const run = () => parseClaims(createPayload({}, { [claim]: value }))
      expect([value, codeThrown(run)]).toEqual([value, 'claims_invalid'])
      expect(run).toThrow(`${claim} is missing or has the wrong type`)
    }
  })

  it('accepts every AWS claim with its right type', () => {
    const all = {
      principal_id: 'arn:aws:iam::123456789012:role/service/deployer',
      org_id: 'o-fixture',
      ou_path: ['o-fixture/r-p5qq/', 'o-fixture/r-p5qq/ou-1/'],
      principal_tags: {},
      request_tags: { empty: '' },
      original_session_exp: '2026-04-25T02:41:15Z',
      source_identity: 'alice',
      federated_provider: 'arn:aws:iam::111122223333:oidc-provider/your_oidc_provider',
      identity_store_user_id: '265222f4-f041-7008-0000-000000000000',
      identity_store_arn: 'arn:aws:identitystore::123456789012:identitystore/d-1234567890',
      ec2_source_instance_arn: 'arn:aws:ec2:us-east-1:123456789012:instance/i-0abc',
      ec2_instance_source_vpc: 'vpc-0abc',
      ec2_instance_source_private_ipv4: '10.0.0.7',
      ec2_role_delivery: '2.0',
      lambda_source_function_arn: 'arn:aws:lambda:us-east-1:123456789012:function:f',
      glue_credential_issuing_service: 'glue.amazonaws.com',
    }
    expect(parseClaims(createPayload({}, all)).aws).toMatchObject(all)
  })

  it.each([
    'deployer',
    'arn:aws:sts::123456789012:assumed-role/deployer/session',
    'arn:aws:sts::123456789012:federated-user/someone',
  ])('refuses the subject %s, which no token of AWS has', sub => {
    const run = () => parseClaims(createPayload({ sub }))
    expect(codeThrown(run)).toBe('principal_refused')
    expect(run).toThrow(`sub "${sub}" is not an IAM role or user`)
  })
})

describe('the subject mode of a token', () => {
  const origin = (claims: JsonObject = {}, aws: JsonObject = {}) =>
    parseClaims(createPayload({ sub: 'alice', subject_mode: 'OriginIdentity', ...claims }, aws))

  it('is its principal unless it says otherwise', () => {
    expect(parseClaims(createPayload()).origin).toBeNull()
    expect(parseClaims(createPayload({ subject_mode: 'AWSIdentity' })).origin).toBeNull()
    expect(parseClaims(createPayload({}, { subject_mode: 'AWSIdentity' })).origin).toBeNull()
  })

  it.each([
    ['beside the other claims', { subject_mode: 'OriginIdentity' }, {}],
    ['among those of AWS', {}, { subject_mode: 'OriginIdentity' }],
    ['in both places', { subject_mode: 'OriginIdentity' }, { subject_mode: 'OriginIdentity' }],
  ])('is an origin identity: %s', (_, claims, aws) => {
    const parsed = parseClaims(createPayload({ sub: 'alice', ...claims }, aws))
    expect(parsed.origin).toEqual({ subject: 'alice', federatedProvider: null })
    expect(parsed.principal).toMatchObject({ account: ACCOUNT, name: 'deployer' })
    expect(parsed.claims.sub).toBe('alice')
  })

  it('comes with the provider that gave the name', () => {
    const provider = `arn:aws:iam::${ACCOUNT}:oidc-provider/idp.example.com`
    expect(origin({}, { federated_provider: provider }).origin).toEqual({
      subject: 'alice',
      federatedProvider: provider,
    })
  })

  it.each(['originidentity', '', null, 7, true, ['OriginIdentity'], {}])(
    'is refused when it is %j',
    mode => {
      for (const payload of [
        createPayload({ subject_mode: mode }),
        createPayload({}, { subject_mode: mode }),
        createPayload({ subject_mode: 'AWSIdentity' }, { subject_mode: mode }),
      ]) {
        expect(codeThrown(() => parseClaims(payload))).toBe('claims_invalid')
        expect(() => parseClaims(payload)).toThrow('subject_mode is missing or has the wrong type')
      }
    },
  )

  it('is refused when it says two things', () => {
    const payload = createPayload(
      { subject_mode: 'AWSIdentity' },
      { subject_mode: 'OriginIdentity' },
    )
    expect(codeThrown(() => parseClaims(payload))).toBe('claims_invalid')
  })

  it.each([
    'alice',
    'a',
    'Alice B. C.',
    'arn',
    'barn:x',
    'repo:octo/app:ref:refs/heads/main',
    'ünïcödé \u{1f600}',
    'a  b',
  ])('takes the subject %j', sub => {
    expect(origin({ sub }).origin?.subject).toBe(sub)
  })

  it.each([
    'arn:aws:iam::123456789012:role/admin',
    'ARN:aws:iam::123456789012:role/admin',
    'aRn:',
    ' alice',
    'alice ',
    ' ',
    'a\nb',
    'alice\n',
    'a\tb',
    'a\u0000',
    'a\u00a0b',
    'a\u2028b',
    'a\u200bb',
    'a\u202eb',
    'a\ud800',
  ])('takes no subject that AWS would not let be one: %j', sub => {
    expect(codeThrown(() => origin({ sub }))).toBe('claims_invalid')
    expect(() => origin({ sub })).toThrow('sub is missing or has the wrong type')
  })

  it.each([undefined, 'alice', 'arn:aws:sts::123456789012:assumed-role/r/s'])(
    'needs the principal that asked: %s',
    principal_id => {
      const run = () => origin({}, { principal_id })
      expect(codeThrown(run)).toBe('principal_refused')
      expect(run).toThrow(/^principal_id (undefined|"[^"]+") is not an IAM role or user$/)
    },
  )

  it('takes a scope, which is text', () => {
    expect(origin({ scope: 'read write' }).claims.scope).toBe('read write')
    expect(codeThrown(() => origin({ scope: ['read'] }))).toBe('claims_invalid')
    expect(() => origin({ scope: '' })).toThrow('scope is missing or has the wrong type')
  })
})
