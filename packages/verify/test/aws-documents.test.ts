import { describe, expect, it } from 'vitest'
import { createTrust, createVerifier, type VerifiedToken } from '../src/index.ts'
import {
  ACCOUNT,
  AWS,
  codeOf,
  createEcKey,
  createRsaKey,
  EC_KEY,
  formatJwk,
  ISSUER,
  type Json,
  OTHER_ISSUER,
  omit,
  RSA_KEY,
  signToken,
  type TestKey,
} from './tokens.ts'

/**
 * The documents that AWS was seen to publish and the claims that it was seen to write (aws-wire §3.8,
 * §4), member for member. Only the keys are ours, since the private ones are AWS's own.
 */
const DISCOVERY = {
  claims_supported: ['sub', 'iss', 'aud', 'exp', 'iat', 'jti', AWS],
  id_token_signing_alg_values_supported: ['RS256', 'ES384'],
  issuer: ISSUER,
  jwks_uri: `${ISSUER}/.well-known/jwks.json`,
  response_types_supported: ['id_token'],
  subject_types_supported: ['public'],
}
const RSA_JWK = formatJwk(RSA_KEY)
const JWKS = { keys: [RSA_JWK, formatJwk(EC_KEY)] }

/** The capture of September 2026, and another, undated one of another account. */
const CAPTURES = [
  ['September 2026', { discovery: DISCOVERY, jwks: JWKS }],
  [
    'another, without response_types_supported and without alg of the RSA key',
    {
      discovery: omit(DISCOVERY, 'response_types_supported'),
      jwks: { keys: [omit(RSA_JWK, 'alg'), formatJwk(EC_KEY)] },
    },
  ],
] as const

const IAM_USER = {
  aud: 'https://stackd-outbound.example.invalid',
  sub: `arn:aws:iam::${ACCOUNT}:user/org-access/u1`,
  [AWS]: {
    org_id: 'o-fixture',
    aws_account: ACCOUNT,
    ou_path: ['o-fixture/r-p5qq/'],
    request_tags: { 'aws:test': 'reserved', Team: 'request' },
    source_region: 'us-east-1',
    principal_id: `arn:aws:iam::${ACCOUNT}:user/org-access/u1`,
    principal_tags: { Team: 'platform' },
  },
  iss: ISSUER,
  exp: 1_789_151_808,
  iat: 1_789_151_748,
  jti: '41702edc-542b-430b-acf4-312fafd56b0f',
}

const SSO_ROLE = `arn:aws:iam::${ACCOUNT}:role/aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_Admin_0123456789abcdef`
const IDENTITY_CENTER = {
  aud: 'http://127.0.0.1',
  sub: SSO_ROLE,
  [AWS]: {
    org_id: 'o-fixture',
    aws_account: ACCOUNT,
    ou_path: ['o-fixture/r-p5qq/ou-p5qq-11111111/'],
    original_session_exp: '2026-04-25T02:41:15Z',
    source_region: 'eu-west-1',
    principal_id: SSO_ROLE,
    identity_store_user_id: '265222f4-f041-7008-0000-000000000000',
  },
  iss: ISSUER,
  exp: 1_777_081_275,
  iat: 1_777_080_375,
  jti: 'a2f1c0de-0f0e-4c43-9d4b-0c1d2e3f4a5b',
}

/** As the documentation prints it: with `ou_path` as a bare text. */
const DOCUMENTED = {
  ...IAM_USER,
  [AWS]: { ...IAM_USER[AWS], ou_path: 'o-fixture/r-p5qq/ou-p5qq-11111111/' },
}

function verifierOf(
  { discovery, jwks }: { readonly discovery: Json; readonly jwks: object },
  { iat, aud }: { readonly iat: number; readonly aud: string },
) {
  const documents: Json = { [String(discovery['jwks_uri'])]: jwks }
  return createVerifier({
    issuers: [{ issuer: ISSUER, accounts: [ACCOUNT] }],
    audience: aud,
    nowMs: () => (iat + 1) * 1000,
    fetch: async url =>
      Response.json(documents[url] ?? (url.endsWith('/openid-configuration') ? discovery : null)),
  })
}

describe.each(CAPTURES)('the documents of AWS: %s', (_, capture) => {
  it.each([
    ['an IAM user', IAM_USER, RSA_KEY, 'u1'],
    ['an IAM user', IAM_USER, EC_KEY, 'u1'],
    [
      'a role of Identity Center',
      IDENTITY_CENTER,
      RSA_KEY,
      'AWSReservedSSO_Admin_0123456789abcdef',
    ],
    ['a role of Identity Center', IDENTITY_CENTER, EC_KEY, 'AWSReservedSSO_Admin_0123456789abcdef'],
    ['the sample of the documentation', DOCUMENTED, EC_KEY, 'u1'],
  ] as const)('verify %s', async (_who, payload, key, name) => {
    const token = await verifierOf(capture, payload).verify(signToken(payload, { key }))
    expect(token.principal.name).toBe(name)
    expect(token.keyId).toBe(key.kid)
    expect(isTrusted(token)).toBe(true)
  })

  it.each<readonly [string, Json, TestKey, string]>([
    [
      'another account, whose keys have the same names',
      IAM_USER,
      createEcKey(),
      'signature_invalid',
    ],
    ['another account, by RSA', IAM_USER, createRsaKey(), 'signature_invalid'],
    [
      'another account, by its own name',
      { ...IAM_USER, iss: OTHER_ISSUER },
      EC_KEY,
      'issuer_untrusted',
    ],
    ['the issuer with a slash', { ...IAM_USER, iss: `${ISSUER}/` }, EC_KEY, 'issuer_untrusted'],
    ['a key to come', IAM_USER, createEcKey('EC384_1'), 'key_unknown'],
    ['another relying party', { ...IAM_USER, aud: 'http://127.0.0.1' }, EC_KEY, 'audience_refused'],
    [
      'two relying parties',
      { ...IAM_USER, aud: [IAM_USER.aud, 'b'] },
      EC_KEY,
      'multiple_audiences',
    ],
    ['a time that is over', { ...IAM_USER, exp: IAM_USER.exp - 90 }, EC_KEY, 'token_expired'],
    [
      'a session instead of a role',
      { ...IAM_USER, sub: `arn:aws:sts::${ACCOUNT}:assumed-role/r/s` },
      EC_KEY,
      'principal_refused',
    ],
    ['no part that is AWS’s own, as of a user pool', omit(IAM_USER, AWS), EC_KEY, 'claims_invalid'],
  ])('refuse %s', async (_what, payload, key, code) => {
    const verifier = verifierOf(capture, IAM_USER)
    expect(await codeOf(verifier.verify(signToken(payload, { key })))).toBe(code)
  })
})

function isTrusted(token: VerifiedToken): boolean {
  return createTrust([
    { name: 'a', when: { organizationPaths: ['o-fixture/r-p5qq/**'] }, grant: null },
  ]).evaluate(token).isTrusted
}
