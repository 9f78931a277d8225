import { describe, expect, it } from 'vitest'
import { Secret } from '../../secrets/secret.ts'
import { presignRequest, signRequest, type UnsignedRequest } from './sign.ts'
import { readVectors, toWireRequest, type VectorRequest } from './test/vector-file.ts'

const golden = readVectors<{ readonly request: VectorRequest }>('golden.json')
const context = { region: 'us-east-1', service: 'sts', nowMs: Date.parse(golden.now) }
const credentials = {
  accessKeyId: golden.accessKeyId,
  secretAccessKey: new Secret(golden.secretAccessKey),
  sessionToken: null,
}
const sessionCredentials = { ...credentials, sessionToken: new Secret('SESSIONTOKEN==') }

function goldenRequest(name: string): VectorRequest {
  const vector = golden.vectors.find(candidate => candidate.name === name)
  if (vector === undefined) throw new Error(`no vector ${name}`)
  return vector.request
}

describe('signRequest', () => {
  it.each([
    ['V1', credentials],
    ['V2', sessionCredentials],
  ])('makes the headers of %s', (name, signer) => {
    const { headers, ...request } = goldenRequest(name)
    const unsigned = { ...request, headers: headers.slice(0, 2) }
    expect(signRequest(toWireRequest(unsigned), signer, context)).toEqual(headers.flat())
  })

  it.each([
    ['no Host', { rawHeaders: [] }, new TypeError('a request can only be signed for a Host')],
    ['a path above the root', { target: '/..' }, /400/],
    ['a broken escape', { target: '/?a=%' }, /Incomplete trailing escape/],
  ])('refuses to sign a request with %s', (_name, change: Partial<UnsignedRequest>, refusal) => {
    const request = { ...toWireRequest({ ...goldenRequest('V3'), target: '/' }), ...change }
    expect(() => signRequest(request, credentials, context)).toThrow(refusal)
    expect(() => presignRequest(request, credentials, { ...context, expiresSeconds: 60 })).toThrow(
      refusal,
    )
  })
})

describe('presignRequest', () => {
  const request = toWireRequest({
    ...goldenRequest('V3'),
    target: '/?Action=GetCallerIdentity&Version=2011-06-15',
  })

  it('makes the URL of V3', () => {
    expect(presignRequest(request, credentials, { ...context, expiresSeconds: 60 })).toBe(
      goldenRequest('V3').target,
    )
  })

  it('adds a query where there is none, and the session token', () => {
    const target = presignRequest({ ...request, target: '/sts' }, sessionCredentials, {
      ...context,
      expiresSeconds: 900,
    })
    expect(target).toMatch(/^\/sts\?X-Amz-Algorithm=AWS4-HMAC-SHA256&/)
    expect(target).toContain('&X-Amz-Expires=900&')
    expect(target).toContain('&X-Amz-Security-Token=SESSIONTOKEN%3D%3D&')
    expect(target).toMatch(/&X-Amz-Signature=[\da-f]{64}$/)
  })
})
