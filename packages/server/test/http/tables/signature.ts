import type { UnsignedRequest } from '../../../src/wire/sigv4/sign.ts'
import { type CallOptions, signInHeader } from '../../support/calls.ts'
import { START_MS } from '../../support/clock.ts'
import { tokenCall } from '../../support/token-call.ts'
import type { RefusalRow } from '../refusal.ts'

const IDENTITY: CallOptions = { parameters: { Action: 'GetCallerIdentity' } }
const MINUTE_MS = 60_000
const UNPARSED = 'See http://en.wikipedia.org/wiki/ISO_8601'
const SIGNATURE_MISMATCH =
  'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.'

/** Signatures in the `Authorization` header: aws-wire §7.3 row by row. */
export const HEADER_REFUSALS: readonly RefusalRow[] = [
  row('4: an escape that ends too early, in the query of a signed form', {
    call: { ...IDENTITY, query: 'a=1' },
    tamper: request => ({ ...request, target: '/?a=%4' }),
    refusal: [400, 'MalformedQueryString', 'Incomplete trailing escape % sequence'],
  }),
  row('4: an escape that ends too early, in the form', {
    call: { body: 'Action=GetCallerIdentity&Version=2011-06-15&Unknown=%' },
    refusal: [400, 'MalformedQueryString', 'Incomplete trailing escape % sequence'],
  }),
  row('4: an escape with another digit', {
    call: { body: 'Action=GetCallerIdentity%zz&Version=2011-06-15' },
    refusal: [400, 'MalformedQueryString', 'Illegal hex character in escape % pattern: %zz'],
  }),
  row('5: no signature', {
    tamper: request => withoutHeader(request, 'Authorization'),
    refusal: [403, 'MissingAuthenticationToken', 'Request is missing Authentication Token'],
  }),
  row('5: a signature in the body does not count', {
    call: {
      parameters: {
        Action: 'GetCallerIdentity',
        'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
        'X-Amz-Signature': '0'.repeat(64),
      },
    },
    tamper: request => withoutHeader(request, 'Authorization'),
    refusal: [403, 'MissingAuthenticationToken', 'Request is missing Authentication Token'],
  }),
  row('5: header and query at once', {
    tamper: request => ({ ...request, target: '/?X-Amz-Algorithm=AWS4-HMAC-SHA256' }),
    refusal: [403, 'SignatureDoesNotMatch', ''],
  }),
  row('5: two Authorization headers', {
    tamper: request => ({
      ...request,
      rawHeaders: [...request.rawHeaders, ...request.rawHeaders.slice(-2)],
    }),
    refusal: [403, 'SignatureDoesNotMatch', ''],
  }),
  row('6a: SigV4A', {
    tamper: request => replace(request, 'AWS4-HMAC-SHA256', 'AWS4-ECDSA-P256-SHA256'),
    refusal: incomplete("Unsupported AWS 'algorithm': 'AWS4-ECDSA-P256-SHA256'."),
  }),
  row('6a: another scheme', {
    tamper: request => authorize(request, 'Basic YWRtaW46c2VjcmV0'),
    refusal: incomplete("Unsupported AWS 'algorithm': 'Basic'."),
  }),
  row('6b: a parameter without a value', {
    tamper: request => authorize(request, 'AWS4-HMAC-SHA256 Credential=x, Signature'),
    refusal: incomplete(
      "'Signature' not a valid key=value pair (missing equal-sign) in Authorization header: 'AWS4-HMAC-SHA256 Credential=x, Signature'",
    ),
  }),
  row('6d: no Credential', {
    tamper: request => authorize(request, 'AWS4-HMAC-SHA256 SignedHeaders=host, Signature=x'),
    refusal: incomplete(
      "Authorization header requires 'Credential' parameter. Authorization=AWS4-HMAC-SHA256",
    ),
  }),
  row('6d: no Signature', {
    tamper: request => authorize(request, 'AWS4-HMAC-SHA256 Credential=x, SignedHeaders=host'),
    refusal: incomplete(
      "Authorization header requires 'Signature' parameter. Authorization=AWS4-HMAC-SHA256",
    ),
  }),
  row('6d: no SignedHeaders', {
    tamper: request => authorize(request, 'AWS4-HMAC-SHA256 Credential=x, Signature=x'),
    refusal: incomplete(
      "Authorization header requires 'SignedHeaders' parameter. Authorization=AWS4-HMAC-SHA256",
    ),
  }),
  row('6d: no date', {
    tamper: request => withoutHeader(request, 'X-Amz-Date'),
    refusal: incomplete(
      "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. Authorization=AWS4-HMAC-SHA256",
    ),
  }),
  row('6d: nothing at all', {
    tamper: request => authorize(withoutHeader(request, 'X-Amz-Date'), 'AWS4-HMAC-SHA256'),
    refusal: incomplete(
      "Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' parameter. Authorization header requires 'SignedHeaders' parameter. Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. Authorization=AWS4-HMAC-SHA256",
    ),
  }),
  row('8: the host is not signed', {
    tamper: request => replace(request, 'content-type;host;', 'content-type;'),
    refusal: [
      403,
      'SignatureDoesNotMatch',
      "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.",
    ],
  }),
  row('9: a date that is none', {
    tamper: request => setHeader(request, 'X-Amz-Date', 'yesterday'),
    refusal: incomplete(`Date must be in ISO-8601 'basic format'. Got 'yesterday'. ${UNPARSED}`),
  }),
  row('9: a date that does not exist', {
    tamper: request => setHeader(request, 'X-Amz-Date', '20260230T201219Z'),
    refusal: incomplete(
      `Date must be in ISO-8601 'basic format'. Got '20260230T201219Z'. ${UNPARSED}`,
    ),
  }),
  row('10: 15 minutes and half a second old', {
    call: { ...IDENTITY, signedAtMs: START_MS - 15 * MINUTE_MS },
    refusal: [
      403,
      'SignatureDoesNotMatch',
      'Signature expired: 20261122T195719Z is now earlier than 20261122T195719Z (20261122T201219Z - 15 min.)',
    ],
  }),
  row('11: 15 minutes and half a second ahead', {
    call: { ...IDENTITY, signedAtMs: START_MS + 15 * MINUTE_MS + 500 },
    refusal: [
      403,
      'SignatureDoesNotMatch',
      'Signature not yet current: 20261122T202720Z is still later than 20261122T202719Z (20261122T201219Z + 15 min.)',
    ],
  }),
  row('12: a credential with four parts', {
    tamper: request => replace(request, /Credential=[^,]+/, 'Credential=a/b/c/d'),
    refusal: incomplete(
      "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got 'a/b/c/d'",
    ),
  }),
  row('12: a credential with six parts', {
    tamper: request => replace(request, /Credential=[^,]+/, 'Credential=a/b/c/d/e/f'),
    refusal: incomplete(
      "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got 'a/b/c/d/e/f'",
    ),
  }),
  row('13: another region', {
    call: { ...IDENTITY, region: 'Nowhere' },
    refusal: mismatch('Credential should be scoped to a valid region. '),
  }),
  row('13: the scope of IAM for a call of STS', {
    tamper: request => replace(request, '/sts/', '/iam/'),
    refusal: mismatch("Credential should be scoped to correct service: 'sts'. "),
  }),
  row('13: the scope of STS for a call of IAM', {
    call: {
      service: 'iam',
      parameters: { Action: 'GetOutboundWebIdentityFederationInfo' },
    },
    tamper: request => replace(request, '/iam/', '/sts/'),
    refusal: mismatch("Credential should be scoped to correct service: 'iam'. "),
  }),
  row('13: another terminator', {
    tamper: request => replace(request, '/aws4_request', '/aws5_request'),
    refusal: mismatch(
      "Credential should be scoped with a valid terminator: 'aws4_request', not 'aws5_request'. ",
    ),
  }),
  row('13: another day', {
    tamper: request => replace(request, '/20261122/', '/20261121/'),
    refusal: mismatch(
      "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '20261121' != '20261122', from '20261122T201219Z'.",
    ),
  }),
  row('13: everything', {
    tamper: request => replace(request, /Credential=([^/]+)[^,]+/, 'Credential=$1/d/R/s/t'),
    refusal: mismatch(
      "Credential should be scoped to a valid region. Credential should be scoped to correct service: 'sts'. Credential should be scoped with a valid terminator: 'aws4_request', not 't'. Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: 'd' != '20261122', from '20261122T201219Z'.",
    ),
  }),
  row('14b: a session token that does not open', {
    caller: 'admin-with-session',
    refusal: [403, 'InvalidClientTokenId', 'The security token included in the request is invalid'],
  }),
  row('15: an unknown access key', {
    caller: 'unknown',
    refusal: [
      403,
      'InvalidClientTokenId',
      'The security token included in the request is invalid.',
    ],
  }),
  row('15: temporary credentials without their token', {
    caller: 'temporary',
    refusal: [
      403,
      'InvalidClientTokenId',
      'The security token included in the request is invalid.',
    ],
  }),
  row('16: another secret', {
    caller: 'impostor',
    refusal: mismatch(SIGNATURE_MISMATCH),
  }),
  row('16: another body', {
    call: tokenCall(),
    tamper: request => ({
      ...request,
      body: Buffer.from(Buffer.from(request.body).toString().replace('api', 'bpi')),
    }),
    refusal: mismatch(SIGNATURE_MISMATCH),
  }),
  row('16: another path', {
    tamper: request => ({ ...request, target: '/sts' }),
    refusal: mismatch(SIGNATURE_MISMATCH),
  }),
  row('16: another host', {
    tamper: request => setHeader(request, 'Host', 'sts.example.com'),
    refusal: mismatch(SIGNATURE_MISMATCH),
  }),
  row('16: of two signatures in one header the last counts (6c)', {
    tamper: request => replace(request, /$/, `, Signature=${'0'.repeat(64)}`),
    refusal: mismatch(SIGNATURE_MISMATCH),
  }),
  row('16: x-amz-content-sha256 of another body', {
    call: { ...IDENTITY, headers: ['X-Amz-Content-Sha256', '0'.repeat(64)] },
    refusal: mismatch(SIGNATURE_MISMATCH),
  }),
  row('16: x-amz-content-sha256 of a payload that is not signed', {
    call: { ...IDENTITY, headers: ['X-Amz-Content-Sha256', 'UNSIGNED-PAYLOAD'] },
    refusal: mismatch(SIGNATURE_MISMATCH),
  }),
  row('the time (10) before the scope (13)', {
    call: { ...IDENTITY, signedAtMs: START_MS - 16 * MINUTE_MS, region: 'Nowhere' },
    refusal: [
      403,
      'SignatureDoesNotMatch',
      'Signature expired: 20261122T195619Z is now earlier than 20261122T195719Z (20261122T201219Z - 15 min.)',
    ],
  }),
  row('the scope (13) before the key (15)', {
    caller: 'unknown',
    call: { ...IDENTITY, region: 'Nowhere' },
    refusal: mismatch('Credential should be scoped to a valid region. '),
  }),
]

function row(
  what: string,
  parts: Omit<RefusalRow, 'what' | 'call' | 'sign'> & Partial<Pick<RefusalRow, 'call'>>,
): RefusalRow {
  return { what, call: IDENTITY, sign: signInHeader, ...parts }
}

function incomplete(message: string): RefusalRow['refusal'] {
  return [400, 'IncompleteSignature', message]
}

function mismatch(message: string): RefusalRow['refusal'] {
  return [403, 'SignatureDoesNotMatch', message]
}

function withoutHeader(request: UnsignedRequest, name: string): UnsignedRequest {
  const at = request.rawHeaders.indexOf(name)
  return { ...request, rawHeaders: request.rawHeaders.toSpliced(at, 2) }
}

function setHeader(request: UnsignedRequest, name: string, value: string): UnsignedRequest {
  const at = request.rawHeaders.indexOf(name)
  return { ...request, rawHeaders: request.rawHeaders.with(at + 1, value) }
}

function authorize(request: UnsignedRequest, authorization: string): UnsignedRequest {
  return setHeader(request, 'Authorization', authorization)
}

/** Replaces in the `Authorization` header. */
function replace(request: UnsignedRequest, from: string | RegExp, to: string): UnsignedRequest {
  return authorize(request, (request.rawHeaders.at(-1) ?? '').replace(from, to))
}
