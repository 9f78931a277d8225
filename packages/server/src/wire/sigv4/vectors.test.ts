import { describe, expect, it } from 'vitest'
import { BareRefusal, ServiceError } from '../../errors.ts'
import { Secret } from '../../secrets/secret.ts'
import type { WireRequest } from '../message.ts'
import { formatCanonicalRequest, hashCanonicalRequest, hashPayload } from './canonical-request.ts'
import { checkScope } from './check-scope.ts'
import type { SignedRequestClaim } from './claim.ts'
import { parseAuthorization } from './parse-authorization.ts'
import { formatStringToSign } from './string-to-sign.ts'
import { readVectors, toWireRequest } from './test/vector-file.ts'
import { SignatureVerifier } from './verify.ts'

interface Authentication {
  readonly request: WireRequest
  readonly now: string
  readonly service: string
  readonly region: string
  readonly keys: ReadonlyMap<string, Secret>
}

/** All stages as the pipeline runs them: twice, so that cached keys are met too. */
function authenticate({ request, now, service, region, keys }: Authentication): SignedRequestClaim {
  const verifier = new SignatureVerifier({ maxCachedKeys: 1 })
  for (let round = 0; round < 2; round += 1) {
    const claim = parseAuthorization(request, Date.parse(now))
    const scoped = checkScope(claim, { service, isRegionAllowed: name => name === region })
    verifier.verify(scoped, keys.get(claim.accessKeyId) ?? null)
    if (round === 1) return claim
  }
  throw new Error('unreachable')
}

function canonicalRequestOf({ request, canonical, signedHeaders }: SignedRequestClaim): string {
  return formatCanonicalRequest({
    method: request.method,
    ...canonical,
    signedHeaders,
    payloadHash: hashPayload(request.body),
  })
}

function keysOf(file: { readonly accessKeyId: string; readonly secretAccessKey: string }) {
  return new Map([[file.accessKeyId, new Secret(file.secretAccessKey)]])
}

describe('golden vectors (aws-wire §7.1)', () => {
  const file = readVectors<{
    readonly service: string
    readonly region: string
    readonly expect: {
      readonly payloadHash: string
      readonly canonicalRequestHash: string
      readonly signature: string
    }
  }>('golden.json')

  it.each(file.vectors)('$name', vector => {
    const request = toWireRequest(vector.request)
    const claim = authenticate({ ...vector, request, now: file.now, keys: keysOf(file) })
    expect(hashPayload(request.body)).toBe(vector.expect.payloadHash)
    expect(hashCanonicalRequest(canonicalRequestOf(claim))).toBe(vector.expect.canonicalRequestHash)
    expect(claim.signature).toBe(vector.expect.signature)
  })
})

describe('accepted requests', () => {
  const file = readVectors<{
    readonly about: string
    readonly service: string
    readonly region: string
    readonly expect: {
      readonly canonicalRequest: readonly string[]
      readonly stringToSign: readonly string[]
      readonly signature: string
    }
  }>('accepted.json')

  it.each(file.vectors)('$name: $about', vector => {
    const request = toWireRequest(vector.request)
    const claim = parseAuthorization(request, Date.parse(vector.now ?? file.now))
    const canonicalRequest = canonicalRequestOf(claim)
    expect(canonicalRequest.split('\n')).toEqual(vector.expect.canonicalRequest)
    const stringToSign = formatStringToSign(
      claim.timestamp,
      claim.scope,
      hashCanonicalRequest(canonicalRequest),
    )
    expect(stringToSign.split('\n')).toEqual(vector.expect.stringToSign)
    expect(claim.signature).toBe(vector.expect.signature)
    authenticate({ ...vector, request, now: vector.now ?? file.now, keys: keysOf(file) })
  })

  it.each([
    ['token-signed', 'SESSION/TOKEN+=='],
    ['token-unsigned', 'SESSION/TOKEN+=='],
    ['presigned-token', 'SESSION/TOKEN+=='],
    ['presigned', null],
    ['vanilla', null],
  ])('%s carries the session token %s', (name, token) => {
    const vector = file.vectors.find(candidate => candidate.name === name)
    if (vector === undefined) throw new Error(`no vector ${name}`)
    const claim = parseAuthorization(toWireRequest(vector.request), Date.parse(file.now))
    expect(claim.sessionToken?.reveal() ?? null).toBe(token)
  })
})

describe('refused requests (aws-wire §7.3)', () => {
  const file = readVectors<{
    readonly row: string
    readonly service?: string
    readonly expect:
      | { readonly httpStatus: number }
      | { readonly code: string; readonly message: string }
  }>('refused.json')

  it.each(file.vectors)('row $row: $name', vector => {
    const refusal = refusalOf({
      request: toWireRequest(vector.request),
      now: vector.now ?? file.now,
      service: vector.service ?? 'sts',
      region: 'us-east-1',
      keys: keysOf(file),
    })
    expect(refusal).toEqual(vector.expect)
  })

  it('covers every row that is checked here', () => {
    expect([...new Set(file.vectors.map(vector => vector.row))]).toEqual([
      '1',
      '4',
      '5',
      '6a',
      '6b',
      '6d',
      '7a',
      '7d',
      '8',
      '9',
      '10',
      '11',
      '12',
      '13',
      '15',
      '16',
    ])
  })
})

function refusalOf(authentication: Authentication): unknown {
  try {
    authenticate(authentication)
  } catch (error) {
    if (error instanceof BareRefusal) return { httpStatus: error.httpStatus }
    if (error instanceof ServiceError) return { code: error.code, message: error.message }
    throw error
  }
  return 'accepted'
}
