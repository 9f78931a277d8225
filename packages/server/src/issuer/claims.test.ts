import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ServiceError } from '../errors.ts'
import type { Account } from '../principals/entities.ts'
import { parseAccountId } from '../principals/identifiers.ts'
import { encodeClaims, MAX_PAYLOAD_BYTES } from './claims.ts'
import { SESSION_CLAIM_NAMES, type TokenRequest } from './issuer.ts'

const NAMESPACE = 'https://sts.amazonaws.com/'

const account: Account = {
  id: parseAccountId('012345678901'),
  partition: 'aws',
  name: 'test',
  createdAtMs: 0,
  organization: null,
}

const request: TokenRequest = {
  account,
  subject: 'arn:aws:iam::012345678901:user/team/alice',
  subjectMode: 'AWSIdentity',
  scope: null,
  principalArn: 'arn:aws:iam::012345678901:user/team/alice',
  principalTags: [],
  requestTags: [],
  audiences: ['https://api.example.org'],
  sourceRegion: 'eu-west-1',
  algorithm: 'RS256',
  durationSeconds: 300,
  nowMs: 1_700_000_000_999,
}

const identity = {
  issuerUrl: 'https://sts.example.org/3c0e2a4b-65a5-4b57-9a0c-7f6a7f4e8d11',
  tokenId: '41702edc-542b-430b-acf4-312fafd56b0f',
}

/** The payload as text, for a request that differs from the usual one. */
function encode(changes: Partial<TokenRequest>, changedIdentity = identity): string {
  return encodeClaims({ ...request, ...changes }, changedIdentity).toString()
}

/** The value of one member of the namespaced claim; undefined when it is absent. */
function namespaced(changes: Partial<TokenRequest>, name: string): unknown {
  return JSON.parse(encode(changes))[NAMESPACE][name]
}

function inOrganization(...path: string[]): Account {
  return {
    ...account,
    organization: { organizationId: 'o-abcdefghij', path, isManagementAccount: false },
  }
}

describe('encodeClaims', () => {
  it('reproduces the token of an IAM user that AWS issued in September 2026', () => {
    const issuerId = 'a1faa616-0000-4000-8000-000000000000'
    const payload = encode(
      {
        account: {
          ...account,
          id: parseAccountId('123456789012'),
          organization: {
            organizationId: 'o-fixture',
            path: ['r-p5qq'],
            isManagementAccount: false,
          },
        },
        subject: 'arn:aws:iam::123456789012:user/org-access/u1',
        principalArn: 'arn:aws:iam::123456789012:user/org-access/u1',
        principalTags: [{ key: 'Team', value: 'platform' }],
        requestTags: [
          { key: 'aws:test', value: 'reserved' },
          { key: 'Team', value: 'request' },
        ],
        audiences: ['https://stackd-outbound.example.invalid'],
        sourceRegion: 'us-east-1',
        durationSeconds: 60,
        nowMs: 1_789_151_748_507,
      },
      {
        issuerUrl: `https://${issuerId}.tokens.sts.global.api.aws`,
        tokenId: '41702edc-542b-430b-acf4-312fafd56b0f',
      },
    )
    expect(payload).toBe(
      '{"aud":"https://stackd-outbound.example.invalid"' +
        ',"sub":"arn:aws:iam::123456789012:user/org-access/u1"' +
        ',"https://sts.amazonaws.com/":{"org_id":"o-fixture","aws_account":"123456789012"' +
        ',"ou_path":["o-fixture/r-p5qq/"]' +
        ',"request_tags":{"aws:test":"reserved","Team":"request"},"source_region":"us-east-1"' +
        ',"principal_id":"arn:aws:iam::123456789012:user/org-access/u1"' +
        ',"principal_tags":{"Team":"platform"}}' +
        `,"iss":"https://${issuerId}.tokens.sts.global.api.aws"` +
        ',"exp":1789151808,"iat":1789151748,"jti":"41702edc-542b-430b-acf4-312fafd56b0f"}',
    )
  })

  it('reproduces the claims of an Identity Center role that AWS issued in April 2026', () => {
    const roleArn =
      'arn:aws:iam::012345678901:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Dev_0123456789abcdef'
    const claims = JSON.parse(
      encode({
        account: inOrganization('r-ab12', 'ou-ab12-11111111'),
        subject: roleArn,
        principalArn: roleArn,
        audiences: ['http://127.0.0.1'],
        durationSeconds: 900,
        sessionClaims: {
          original_session_exp: '2026-04-25T02:41:15Z',
          identity_store_user_id: '265222f4-f041-7008-0000-000000000000',
        },
      }),
    )
    expect(claims).toMatchObject({ aud: 'http://127.0.0.1', sub: roleArn })
    expect(claims.exp - claims.iat).toBe(900)
    expect(claims[NAMESPACE]).toEqual({
      org_id: 'o-abcdefghij',
      aws_account: '012345678901',
      ou_path: ['o-abcdefghij/r-ab12/ou-ab12-11111111/'],
      original_session_exp: '2026-04-25T02:41:15Z',
      source_region: 'eu-west-1',
      principal_id: roleArn,
      identity_store_user_id: '265222f4-f041-7008-0000-000000000000',
    })
  })

  it('has these members in this order and no others', () => {
    const claims = JSON.parse(encode({}))
    expect(Object.keys(claims)).toEqual(['aud', 'sub', NAMESPACE, 'iss', 'exp', 'iat', 'jti'])
    expect(Object.keys(claims[NAMESPACE])).toEqual(['aws_account', 'source_region', 'principal_id'])
  })

  it('says whom it speaks for, and with which scope, beside the other claims', () => {
    const claims = JSON.parse(
      encode({ subject: 'alice', subjectMode: 'OriginIdentity', scope: 'read WRITE:all' }),
    )
    expect(claims).toMatchObject({
      sub: 'alice',
      subject_mode: 'OriginIdentity',
      scope: 'read WRITE:all',
      [NAMESPACE]: { principal_id: request.principalArn },
    })
    expect(Object.keys(claims)).toEqual([
      ...['aud', 'sub', 'subject_mode', 'scope'],
      ...[NAMESPACE, 'iss', 'exp', 'iat', 'jti'],
    ])
  })

  it('puts the members of a role session in the observed order', () => {
    const sessionClaims = Object.fromEntries(SESSION_CLAIM_NAMES.map(name => [name, `of ${name}`]))
    const claims = JSON.parse(
      encode({
        account: inOrganization('r-ab12'),
        principalTags: [{ key: 'a', value: '1' }],
        requestTags: [{ key: 'b', value: '2' }],
        sessionClaims,
      }),
    )[NAMESPACE]
    const names = Object.keys(claims)
    expect(names.slice(0, 8)).toEqual([
      'source_identity',
      'org_id',
      'aws_account',
      'ou_path',
      'request_tags',
      'original_session_exp',
      'source_region',
      'principal_id',
    ])
    expect(names.at(-1)).toBe('principal_tags')
    expect(names.slice(8, -1)).toEqual(SESSION_CLAIM_NAMES.slice(2))
    for (const name of SESSION_CLAIM_NAMES) expect(claims[name]).toBe(`of ${name}`)
  })

  it.each([
    [['one'], 'one'],
    [
      ['one', 'two'],
      ['one', 'two'],
    ],
    [
      ['two', 'one'],
      ['two', 'one'],
    ],
    [
      ['one', 'one'],
      ['one', 'one'],
    ],
    [['a b é 😀'], 'a b é 😀'],
  ])('writes the audiences %j as %j', (audiences, aud) => {
    expect(JSON.parse(encode({ audiences })).aud).toEqual(aud)
  })

  it.each([
    [0, 1_700_000_000],
    [1, 1_700_000_000],
    [999, 1_700_000_000],
    [1_000, 1_700_000_001],
  ])('cuts the time to seconds: %i ms later', (laterMs, iat) => {
    const claims = JSON.parse(encode({ nowMs: 1_700_000_000_000 + laterMs, durationSeconds: 3600 }))
    expect(claims).toMatchObject({ iat, exp: iat + 3600 })
  })

  it.each([
    [['r-ab12'], ['o-abcdefghij/r-ab12/']],
    [
      ['r-ab12', 'ou-ab12-11111111', 'ou-ab12-22222222'],
      ['o-abcdefghij/r-ab12/ou-ab12-11111111/ou-ab12-22222222/'],
    ],
  ])('writes the organization path %j as %j', (path, ouPath) => {
    expect(namespaced({ account: inOrganization(...path) }, 'ou_path')).toEqual(ouPath)
  })

  it.each(['requestTags', 'principalTags'] as const)('writes %s as an object', member => {
    const name = member === 'requestTags' ? 'request_tags' : 'principal_tags'
    expect(namespaced({ [member]: [] }, name)).toBeUndefined()
    expect(namespaced({ [member]: [{ key: 'Empty', value: '' }] }, name)).toEqual({ Empty: '' })
  })

  it.each(['__proto__', 'constructor', 'toString', '1', '007', 'é 😀', 'a/b', '\u2028'])(
    'treats the tag key %j like any other',
    key => {
      const tags = namespaced({ requestTags: [{ key, value: 'x' }] }, 'request_tags')
      expect(Object.entries(tags ?? {})).toEqual([[key, 'x']])
    },
  )

  it('does not escape slashes or letters', () => {
    expect(encode({ audiences: ['https://é.example/ü'] })).toContain('"aud":"https://é.example/ü"')
  })

  it('survives any text: valid UTF-8, and what a verifier reads is what was asked for', () => {
    const anyText = fc.string({ unit: 'binary', maxLength: 40 })
    const surrogates = fc.constantFrom('\ud800', 'a\udfffb', '\udc00\ud800', '"\\\u0000\u007f')
    const text = fc.oneof(anyText, surrogates)
    const tags = fc.array(fc.record({ key: text, value: text }), { maxLength: 5 })
    fc.assert(
      fc.property(
        fc.array(text, { minLength: 1, maxLength: 4 }),
        fc.uniqueArray(fc.record({ key: text, value: text }), {
          maxLength: 5,
          selector: tag => tag.key,
        }),
        tags,
        (audiences, requestTags, principalTags) => {
          const payload = encodeClaims(
            { ...request, audiences, requestTags, principalTags },
            identity,
          )
          const decoded = new TextDecoder('utf-8', { fatal: true }).decode(payload)
          const claims = JSON.parse(decoded)
          expect([claims.aud].flat()).toEqual(audiences)
          const read = Object.entries(claims[NAMESPACE].request_tags ?? {})
          expect(new Map(read)).toEqual(new Map(requestTags.map(tag => [tag.key, tag.value])))
        },
      ),
    )
  })

  describe('limits the payload', () => {
    const refusal = new ServiceError(
      'JWTPayloadSizeExceededException',
      'JWT payload exceeds maximum allowed size',
    )
    const overheadBytes = Buffer.byteLength(encode({ audiences: ['é'] })) - 2

    it.each([
      ['one-byte characters', 'a', 1],
      ['two-byte characters', 'é', 2],
      ['four-byte characters', '😀', 4],
    ])('to 14,984 bytes of UTF-8: %s', (_, character, size) => {
      const room = MAX_PAYLOAD_BYTES - overheadBytes
      const fitting = character.repeat(Math.floor(room / size)) + 'a'.repeat(room % size)
      expect(encodeClaims({ ...request, audiences: [fitting] }, identity)).toHaveLength(14_984)
      expect(() => encode({ audiences: [`${fitting}a`] })).toThrow(refusal)
    })

    it('counts claims that the caller does not choose', () => {
      const fitting = 'a'.repeat(MAX_PAYLOAD_BYTES - overheadBytes)
      const changes = { account: inOrganization('r-ab12'), audiences: [fitting] }
      expect(() => encode(changes)).toThrow(refusal)
    })
  })
})
