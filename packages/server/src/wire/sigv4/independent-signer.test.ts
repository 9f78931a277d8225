import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto'
import { SignatureV4 } from '@smithy/signature-v4'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Secret } from '../../secrets/secret.ts'
import type { WireRequest } from '../message.ts'
import { checkScope } from './check-scope.ts'
import { parseAuthorization } from './parse-authorization.ts'
import { signRequest } from './sign.ts'
import { SignatureVerifier } from './verify.ts'

/** The hash that the AWS SDK's signer is given. */
class Sha256 {
  #hash: Hash | Hmac
  readonly #secret: Uint8Array | string | null

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#secret = secret === undefined ? null : toBytes(secret)
    this.#hash = this.#create()
  }

  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(toBytes(data))
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest()
  }

  reset(): void {
    this.#hash = this.#create()
  }

  #create(): Hash | Hmac {
    return this.#secret === null ? createHash('sha256') : createHmac('sha256', this.#secret)
  }
}

function toBytes(data: string | ArrayBuffer | ArrayBufferView): Uint8Array {
  if (typeof data === 'string') return Buffer.from(data)
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data)
}

const text = fc.string({ unit: 'grapheme', maxLength: 8 })
const unreserved = fc.stringMatching(/^[\w.~-]{1,6}$/).filter(name => name !== '..')
const segment = fc.oneof(text.map(encodeURIComponent), unreserved, fc.constantFrom('', '.', 'a..'))
const headerName = fc.stringMatching(/^x-[a-z\d-]{1,8}[a-z\d]$/)
/** White space as a client may have it; characters as UTF-8, which is what the SDK signs. */
const headerValue = fc.stringMatching(/^[ \t!-~\u00a1-\u00ff\u1234]{0,20}$/)

const clientRequest = fc.record({
  method: fc.constantFrom('GET', 'POST'),
  path: fc.array(segment, { maxLength: 4 }).map(segments => `/${segments.join('/')}`),
  query: fc.dictionary(
    fc.oneof(
      unreserved,
      text.filter(name => name !== '' && !/^x-amz-/i.test(name)),
    ),
    fc.oneof(text, fc.array(text, { minLength: 1, maxLength: 3 })),
    { maxKeys: 4 },
  ),
  headers: fc
    .dictionary(headerName, headerValue, { maxKeys: 4 })
    .map(headers => ({ ...headers, host: 'sts.example.com:4747' })),
  body: fc.oneof(fc.constant(new Uint8Array()), fc.uint8Array({ maxLength: 50 })),
})

const signer = fc.record({
  accessKeyId: fc.stringMatching(/^AKIA[A-Z2-7]{16}$/),
  secretAccessKey: fc.stringMatching(/^[\w+/]{40}$/),
  sessionToken: fc.option(fc.base64String({ minLength: 4, maxLength: 40 }), { nil: undefined }),
  region: fc.constantFrom('us-east-1', 'eu-west-2', 'local'),
  service: fc.constantFrom('sts', 'iam'),
  signingDate: fc.date({
    min: new Date('2020-01-01T00:00:00Z'),
    max: new Date('2039-12-31T23:59:59Z'),
    noInvalidDate: true,
  }),
})

type ClientRequest = typeof clientRequest extends fc.Arbitrary<infer Value> ? Value : never
type Signer = typeof signer extends fc.Arbitrary<infer Value> ? Value : never
type SignedQuery = Readonly<Record<string, string | readonly string[] | null>>

function createSigner(
  { accessKeyId, secretAccessKey, sessionToken, region, service }: Signer,
  applyChecksum: boolean,
): SignatureV4 {
  return new SignatureV4({
    service,
    region,
    credentials: {
      accessKeyId,
      secretAccessKey,
      ...(sessionToken === undefined ? {} : { sessionToken }),
    },
    sha256: Sha256,
    applyChecksum,
  })
}

function toSdkRequest(request: ClientRequest) {
  return { ...request, protocol: 'http:', hostname: 'sts.example.com' }
}

/** What the listener hands over when a client sends the request: headers as bytes of UTF-8. */
function send(request: {
  readonly method: string
  readonly path: string
  readonly query?: SignedQuery
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}): WireRequest {
  const query = Object.entries(request.query ?? {})
    .flatMap(([name, values]) => [values ?? []].flat().map(value => [name, value]))
    .map(pair => pair.map(part => encodeURIComponent(String(part))).join('='))
    .toReversed()
    .join('&')
  return {
    method: request.method,
    target: query === '' ? request.path : `${request.path}?${query}`,
    rawHeaders: Object.entries(request.headers).flatMap(([name, value]) => [
      name,
      Buffer.from(value.trim()).toString('latin1'),
    ]),
    body: request.body,
    sourceIp: '192.0.2.1',
    secureTransport: false,
  }
}

function verify(request: WireRequest, { region, service, secretAccessKey, signingDate }: Signer) {
  const claim = parseAuthorization(request, signingDate.getTime())
  const accepted = { service, isRegionAllowed: (name: string) => name === region }
  new SignatureVerifier({ maxCachedKeys: 1 }).verify(
    checkScope(claim, accepted),
    new Secret(secretAccessKey),
  )
  return claim
}

describe("the AWS SDK's own signer", () => {
  it.each([true, false])(
    'signs headers that verify; with x-amz-content-sha256: %s',
    async hashed => {
      await fc.assert(
        fc.asyncProperty(clientRequest, signer, async (request, by) => {
          const { signingDate } = by
          const signed = await createSigner(by, hashed).sign(toSdkRequest(request), { signingDate })
          const claim = verify(send({ ...request, headers: signed.headers }), by)
          expect(claim.sessionToken?.reveal()).toBe(by.sessionToken)
          expect(claim.accessKeyId).toBe(by.accessKeyId)
        }),
        { numRuns: 200 },
      )
    },
  )

  it('signs URLs that verify', async () => {
    await fc.assert(
      fc.asyncProperty(clientRequest, signer, async (request, by) => {
        const signed = await createSigner(by, true).presign(toSdkRequest(request), {
          signingDate: by.signingDate,
          expiresIn: 60,
        })
        const { headers, query = {} } = signed
        const claim = verify(send({ ...request, headers, query }), by)
        expect(claim.mechanism).toBe('query')
        expect(claim.sessionToken?.reveal()).toBe(by.sessionToken)
      }),
      { numRuns: 200 },
    )
  })

  it('makes the signature that ours makes', async () => {
    await fc.assert(
      fc.asyncProperty(clientRequest, signer, async (request, by) => {
        const { signingDate, sessionToken } = by
        const signed = await createSigner(by, false).sign(toSdkRequest(request), { signingDate })
        const ours = signRequest(
          send(request),
          {
            accessKeyId: by.accessKeyId,
            secretAccessKey: new Secret(by.secretAccessKey),
            sessionToken: sessionToken === undefined ? null : new Secret(sessionToken),
          },
          { region: by.region, service: by.service, nowMs: signingDate.getTime() },
        )
        expect(ours.at(-1)).toBe(signed.headers['authorization'])
      }),
      { numRuns: 200 },
    )
  })
})
