import { expect, it } from 'vitest'
import { readPublicJwk } from './public-jwk.ts'

const RSA = { kty: 'RSA', n: 'bg', e: 'AQAB' }
const EC = { kty: 'EC', crv: 'P-384', x: 'eA', y: 'eQ' }

it.each([
  ['RSA', RSA],
  ['EC', EC],
])('takes the public members of %s, and nothing else', (_, jwk) => {
  expect(readPublicJwk({ ...jwk, d: 'ZA', p: 'cA', kid: 'k' } as object)).toEqual(jwk)
})

it.each([
  { ...RSA, n: undefined },
  { ...RSA, e: 65_537 },
  { ...EC, crv: 'P-256' },
  { ...EC, crv: undefined },
  { ...EC, x: undefined },
  { ...EC, y: 1 },
  { kty: 'OKP', crv: 'Ed25519', x: 'eA' },
  {},
])('takes no other key: %j', jwk => {
  expect(readPublicJwk(jwk)).toBeNull()
})
