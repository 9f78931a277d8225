import { describe, expect, it } from 'vitest'
import { formatDiscovery } from './discovery.ts'
import { formatJwks, type PublishedKey } from './jwks.ts'

const rsaKey: PublishedKey = {
  algorithm: 'RS256',
  generation: 0,
  thumbprint: 'rsa-thumbprint',
  publicJwk: { kty: 'RSA', n: 'bW9kdWx1cw', e: 'AQAB' },
}

const ecKey: PublishedKey = {
  algorithm: 'ES384',
  generation: 0,
  thumbprint: 'ec-thumbprint',
  publicJwk: { kty: 'EC', crv: 'P-384', x: 'eA', y: 'eQ' },
}

describe('formatDiscovery', () => {
  it("has AWS's members in their order", () => {
    const issuer = 'https://a1faa616-0000-4000-8000-000000000000.tokens.example.org'
    expect(formatDiscovery(issuer)).toBe(
      '{"claims_supported":["sub","iss","aud","exp","iat","jti","https://sts.amazonaws.com/"]' +
        ',"id_token_signing_alg_values_supported":["RS256","ES384"]' +
        `,"issuer":"${issuer}","jwks_uri":"${issuer}/.well-known/jwks.json"` +
        ',"response_types_supported":["id_token"],"subject_types_supported":["public"]}',
    )
  })
})

describe('formatJwks', () => {
  const awsKeys =
    '{"keys":[{"alg":"RS256","e":"AQAB","kid":"RSA_0","kty":"RSA","n":"bW9kdWx1cw","use":"sig"}' +
    ',{"alg":"ES384","crv":"P-384","kid":"EC384_0","kty":"EC","use":"sig","x":"eA","y":"eQ"}]}'

  it.each([
    ['in AWS order', [rsaKey, ecKey]],
    ['the EC key first', [ecKey, rsaKey]],
  ])("has AWS's members in their order, given %s", (_, keys) => {
    expect(formatJwks('aws', keys)).toBe(awsKeys)
  })

  it('names keys by their thumbprints', () => {
    const { keys } = JSON.parse(formatJwks('thumbprint', [ecKey, rsaKey]))
    expect(keys).toMatchObject([{ kid: 'rsa-thumbprint' }, { kid: 'ec-thumbprint' }])
  })

  it('keeps the age order of keys of one kind', () => {
    const next = { ...rsaKey, generation: 1 }
    const { keys } = JSON.parse(formatJwks('aws', [rsaKey, ecKey, next]))
    expect(keys).toMatchObject([{ kid: 'RSA_0' }, { kid: 'RSA_1' }, { kid: 'EC384_0' }])
  })
})
