import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SigningCredentials } from '../../src/wire/sigv4/sign.ts'
import { addAccount, addRootKey, addUser } from '../support/accounts.ts'
import {
  type CallOptions,
  call,
  type Parameters,
  signInHeader,
  signInQuery,
} from '../support/calls.ts'
import { type IssuedToken, readToken } from '../support/issued-token.ts'
import { signWithSdk } from '../support/sdk-signer.ts'
import { startTestServer, type TestServer } from '../support/server.ts'
import { audiences, manyTags, tags, tokenCall } from '../support/token-call.ts'

let server: TestServer
let alice: SigningCredentials

beforeAll(async () => {
  server = await startTestServer()
  const account = await addAccount(server, '012345678901')
  const options = { path: '/team-a/', tags: { Team: 'data', empty: '' } }
  alice = (await addUser(server, account, 'alice', options)).credentials
})

afterAll(() => server[Symbol.asyncDispose]())

async function issue(options: CallOptions, credentials = alice): Promise<IssuedToken> {
  return readToken(server, await call(server, credentials, options))
}

describe('what is just within the limits (aws-wire §1.1)', () => {
  it.each<[what: string, changes: Parameters, claims: object]>([
    ['one audience', {}, { aud: 'https://api.example.com' }],
    ['an audience of 1 character', { 'Audience.member.1': 'a' }, { aud: 'a' }],
    [
      'an audience of 1,000 characters',
      { 'Audience.member.1': 'a'.repeat(1000) },
      { aud: 'a'.repeat(1000) },
    ],
    [
      'an audience of 500 characters outside the basic plane',
      { 'Audience.member.1': '😀'.repeat(500) },
      { aud: '😀'.repeat(500) },
    ],
    ['10 audiences', audiences(10), { aud: Array.from({ length: 10 }, (_, index) => `${index}`) }],
    [
      'an audience twice',
      { 'Audience.member.1': 'one', 'Audience.member.2': 'one' },
      { aud: ['one', 'one'] },
    ],
    [
      'an audience that is no URL',
      { 'Audience.member.1': ' <é> & "ſ"\n' },
      { aud: ' <é> & "ſ"\n' },
    ],
    [
      'audiences with leading zeros in their indices',
      { 'Audience.member.1': 'a', 'Audience.member.02': 'b' },
      { aud: ['a', 'b'] },
    ],
    ['no duration', {}, { iat: 1_795_378_339, exp: 1_795_378_639 }],
    ['60 seconds', { DurationSeconds: '60' }, { exp: 1_795_378_399 }],
    ['3,600 seconds', { DurationSeconds: '3600' }, { exp: 1_795_381_939 }],
    ['a duration with a zero in front', { DurationSeconds: '0900' }, { exp: 1_795_379_239 }],
    ['a duration with a sign', { DurationSeconds: '+900' }, { exp: 1_795_379_239 }],
    ['unknown parameters', { Format: 'JWS', __proto__x: 'a' }, { aud: 'https://api.example.com' }],
  ])('%s', async (_what, changes, claims) => {
    expect((await issue(tokenCall(changes))).claims).toMatchObject(claims)
  })

  it.each<[what: string, changes: Parameters, requestTags: object | undefined]>([
    ['no tags', {}, undefined],
    ['an empty list of tags', { Tags: '' }, undefined],
    [
      '50 tags',
      manyTags(50),
      Object.fromEntries(Array.from({ length: 50 }, (_, i) => [i, 'test'])),
    ],
    [
      'keys of 1 and 128, values of 0 and 256 characters',
      tags([
        ['k', ''],
        ['K'.repeat(128), 'v'.repeat(256)],
      ]),
      { k: '', ['K'.repeat(128)]: 'v'.repeat(256) },
    ],
    [
      'every kind of character, and a key of AWS',
      tags([['aws:é _.:/=+-@9', 'ß漢 _.:/=+-@9']]),
      { 'aws:é _.:/=+-@9': 'ß漢 _.:/=+-@9' },
    ],
    [
      'keys that objects have',
      tags([
        ['__proto__', 'a'],
        ['constructor', 'b'],
      ]),
      JSON.parse('{"__proto__":"a","constructor":"b"}'),
    ],
  ])('%s', async (_what, changes, requestTags) => {
    expect((await issue(tokenCall(changes))).awsClaims['request_tags']).toEqual(requestTags)
  })

  it.each(['RS256', 'ES384'])('14,984 bytes of claims and not one more (%s)', async algorithm => {
    const padded = (padding: string) => {
      const full = manyTags(17, index => `k${index + 10}`, 'v'.repeat(256))
      const last = { 'Tags.member.18.Key': 'pad', 'Tags.member.18.Value': padding }
      const changes = { ...audiences(10, index => `${index}`.padEnd(1000, 'a')), ...full, ...last }
      return tokenCall({ ...changes, SigningAlgorithm: algorithm })
    }
    const withoutPadding = Buffer.byteLength((await issue(padded(''))).payload)
    const left = 14_984 - withoutPadding
    expect(left).toBeGreaterThan(2)
    expect(left).toBeLessThan(256)
    // What counts is bytes, not characters.
    const { payload } = await issue(padded('é'.padEnd(left - 1, 'a')))
    expect(Buffer.byteLength(payload)).toBe(14_984)
    const refused = await call(server, alice, padded('é'.padEnd(left, 'a')))
    expect(refused.status).toBe(400)
    expect(refused.body).toContain('<Code>JWTPayloadSizeExceededException</Code>')
  })
})

describe('the token', () => {
  it.each(['RS256', 'ES384'] as const)('has the bytes of AWS (%s)', async algorithm => {
    const { header, payload, claims, expiration } = await issue(
      tokenCall({
        SigningAlgorithm: algorithm,
        'Audience.member.2': 'https://b.example/',
        ...tags([
          ['Scope', 'read'],
          ['none', ''],
        ]),
      }),
    )
    const { iss, jti } = claims
    expect(header).toMatch(/^\{"kid":"[\w-]{43}","typ":"JWT","alg":"(?:RS256|ES384)"\}$/)
    expect(JSON.parse(header)).toMatchObject({ alg: algorithm })
    expect(payload).toBe(
      `{"aud":["https://api.example.com","https://b.example/"],"sub":"arn:aws:iam::012345678901:user/team-a/alice","https://sts.amazonaws.com/":{"aws_account":"012345678901","request_tags":{"Scope":"read","none":""},"source_region":"eu-west-1","principal_id":"arn:aws:iam::012345678901:user/team-a/alice","principal_tags":{"Team":"data","empty":""}},"iss":"${iss}","exp":1795378639,"iat":1795378339,"jti":"${jti}"}`,
    )
    expect(jti).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/)
    expect(expiration).toBe('2026-11-22T20:17:19.507Z')
  })

  it('says where the account stands in its organization', async () => {
    const account = await addAccount(server, '111111111111', {
      organization: 'o-example1234/r-ab12/ou-ab12-11111111',
    })
    const { credentials } = await addUser(server, account, 'bob')
    const { awsClaims, payload } = await issue(tokenCall(), credentials)
    expect(awsClaims).toMatchObject({
      org_id: 'o-example1234',
      ou_path: ['o-example1234/r-ab12/ou-ab12-11111111/'],
    })
    expect(payload).toContain('{"org_id":"o-example1234","aws_account":"111111111111","ou_path":[')
    expect(awsClaims).not.toHaveProperty('principal_tags')
  })

  it('can be had by the root of an account, without a policy', async () => {
    const account = await addAccount(server, '222222222222')
    const { claims, awsClaims } = await issue(tokenCall(), await addRootKey(server, account))
    const arn = 'arn:aws:iam::222222222222:root'
    expect(claims.sub).toBe(arn)
    expect(awsClaims).toMatchObject({ principal_id: arn })
  })

  it('names the region that the request is signed for', async () => {
    const { awsClaims } = await issue(tokenCall({}, { region: 'us-gov-west-1' }))
    expect(awsClaims).toMatchObject({ source_region: 'us-gov-west-1' })
  })

  it('never has the same id twice', async () => {
    const all = await Promise.all(Array.from({ length: 20 }, () => issue(tokenCall())))
    expect(new Set(all.map(({ claims: { jti } }) => jti)).size).toBe(20)
  })
})

describe('ways to ask (aws-wire §1.5)', () => {
  const query = 'Action=GetWebIdentityToken&Version=2011-06-15&SigningAlgorithm=ES384'

  it.each([
    ['POST, signed in the header', signInHeader, 'POST'],
    ['POST, signed in the query', signInQuery, 'POST'],
    ['POST, signed by the AWS SDK', signWithSdk, 'POST'],
    ['GET, signed in the header', signInHeader, 'GET'],
    ['GET, signed in the query', signInQuery, 'GET'],
    ['GET, signed by the AWS SDK', signWithSdk, 'GET'],
  ] as const)('%s', async (_what, sign, method) => {
    const options = tokenCall({ 'Audience.member.1': 'b c+d é' }, { method })
    const { claims } = await readToken(server, await call(server, alice, options, sign))
    expect(claims.aud).toBe('b c+d é')
  })

  it.each([
    ['spaces as +', `${query}&Audience.member.1=b+c%2Bd`],
    ['spaces as %20', `${query}&Audience.member.1=b%20c%2bd`],
    ['escaped names', `${query}&%41udience%2emember.1=b%20c%2Bd`],
    ['the first of several', `${query}&Audience.member.1=b+c%2Bd&Audience.member.1=x&Action=x`],
    ['empty pieces', `&&${query}&&Audience.member.1=b+c%2Bd&=&`],
  ])('%s, in the form and in the query', async (_what, encoded) => {
    for (const options of [{ body: encoded }, { method: 'GET', query: encoded } as const]) {
      expect((await issue(options)).claims.aud).toBe('b c+d')
    }
  })

  it.each(['/', '/sts', '/sts/', '/tenant-a/sts', '/tenant-a/sts/', '/anything'])(
    'STS under %s',
    async path => {
      expect((await issue(tokenCall({}, { path }))).claims.aud).toBe('https://api.example.com')
    },
  )

  it.each(['/', '/iam', '/iam/', '/tenant-a/iam', '/tenant-a/iam/', '/anything'])(
    'IAM under %s',
    async path => {
      const parameters = { Action: 'GetOutboundWebIdentityFederationInfo' }
      const answer = await call(server, alice, { service: 'iam', path, parameters })
      expect(answer.status).toBe(200)
    },
  )
})
