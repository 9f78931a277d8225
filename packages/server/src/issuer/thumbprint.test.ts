import { calculateJwkThumbprint } from 'jose'
import { describe, expect, it } from 'vitest'
import type { PublicJwk } from '../principals/public-jwk.ts'
import { formatThumbprint } from './thumbprint.ts'

describe('formatThumbprint', () => {
  it('gives the thumbprint of the example in RFC 7638 §3.1', () => {
    const n =
      '0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECP' +
      'ebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY3' +
      '68QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4' +
      'lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw'
    expect(formatThumbprint({ kty: 'RSA', n, e: 'AQAB' })).toBe(
      'NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs',
    )
  })

  it('agrees with jose on an EC key, whatever the order of its members', async () => {
    const jwk: PublicJwk = { y: 'WVVW', x: 'WFhY', crv: 'P-384', kty: 'EC' }
    expect(formatThumbprint(jwk)).toBe(await calculateJwkThumbprint(jwk))
  })
})
