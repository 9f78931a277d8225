import type { UnsignedRequest } from '../../../src/wire/sigv4/sign.ts'
import { type CallOptions, signInQuery } from '../../support/calls.ts'
import { START_MS } from '../../support/clock.ts'
import type { RefusalRow } from '../refusal.ts'

const IDENTITY: CallOptions = { method: 'GET', parameters: { Action: 'GetCallerIdentity' } }
const MINUTE_MS = 60_000
const SIGNATURE_MISMATCH =
  'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.'

/** Signatures in the query: aws-wire §7.3 row by row. */
export const PRESIGNED_REFUSALS: readonly RefusalRow[] = [
  row('4: an escape that ends too early', {
    tamper: request => ({ ...request, target: `${request.target}&a=%f` }),
    refusal: [400, 'MalformedQueryString', 'Incomplete trailing escape % sequence'],
  }),
  row('4: an escape with another digit', {
    tamper: request => ({ ...request, target: `${request.target}&%g1=a` }),
    refusal: [400, 'MalformedQueryString', 'Illegal hex character in escape % pattern: %g1'],
  }),
  row('5: no algorithm', {
    tamper: request => without(request, 'X-Amz-Algorithm'),
    refusal: [403, 'MissingAuthenticationToken', 'Request is missing Authentication Token'],
  }),
  row('7a: SigV4A', {
    tamper: request => replace(request, 'AWS4-HMAC-SHA256', 'AWS4-ECDSA-P256-SHA256'),
    refusal: [403, 'MissingAuthenticationToken', 'Request is missing Authentication Token'],
  }),
  row('7c: of two dates the first counts', {
    call: {
      method: 'GET',
      query: 'Action=GetCallerIdentity&Version=2011-06-15&X-Amz-Date=first',
    },
    refusal: [
      400,
      'IncompleteSignature',
      "Date must be in ISO-8601 'basic format'. Got 'first'. See http://en.wikipedia.org/wiki/ISO_8601",
    ],
  }),
  ...['X-Amz-Credential', 'X-Amz-Signature', 'X-Amz-SignedHeaders', 'X-Amz-Date'].map(name =>
    row(`7d: no ${name}`, {
      tamper: request => without(request, name),
      refusal: [
        400,
        'IncompleteSignature',
        `AWS query-string parameters must include '${name}'. Re-examine the query-string parameters.`,
      ],
    }),
  ),
  row('7d: the algorithm alone', {
    tamper: request => ({
      ...request,
      target: '/?Action=GetCallerIdentity&Version=2011-06-15&X-Amz-Algorithm=AWS4-HMAC-SHA256',
    }),
    refusal: [
      400,
      'IncompleteSignature',
      "AWS query-string parameters must include 'X-Amz-Credential'. AWS query-string parameters must include 'X-Amz-Signature'. AWS query-string parameters must include 'X-Amz-SignedHeaders'. AWS query-string parameters must include 'X-Amz-Date'. Re-examine the query-string parameters.",
    ],
  }),
  row('8: the host is not signed', {
    tamper: request => replace(request, 'SignedHeaders=host', 'SignedHeaders=accept'),
    refusal: mismatch("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization."),
  }),
  row('9: the extended format', {
    tamper: request => replace(request, '20261122T201219Z', '2026-11-22T20:12:19Z'),
    refusal: [
      400,
      'IncompleteSignature',
      "Date must be in ISO-8601 'basic format'. Got '2026-11-22T20:12:19Z'. See http://en.wikipedia.org/wiki/ISO_8601",
    ],
  }),
  row('10: 15 minutes and half a second old', {
    call: { ...IDENTITY, signedAtMs: START_MS - 15 * MINUTE_MS },
    refusal: mismatch(
      'Signature expired: 20261122T195719Z is now earlier than 20261122T195719Z (20261122T201219Z - 15 min.)',
    ),
  }),
  row('11: 15 minutes and half a second ahead', {
    call: { ...IDENTITY, signedAtMs: START_MS + 15 * MINUTE_MS + 500 },
    refusal: mismatch(
      'Signature not yet current: 20261122T202720Z is still later than 20261122T202719Z (20261122T201219Z + 15 min.)',
    ),
  }),
  row('12: a credential with four parts', {
    tamper: request => replace(request, /X-Amz-Credential=[^&]+/, 'X-Amz-Credential=a%2Fb/c/d'),
    refusal: [
      400,
      'IncompleteSignature',
      "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got 'a/b/c/d'",
    ],
  }),
  row('13: another region, service and day', {
    tamper: request => replace(request, /%2F20261122%2F.*?%2Fsts/, '%2F20261121%2FNowhere%2Fs3'),
    refusal: mismatch(
      "Credential should be scoped to a valid region. Credential should be scoped to correct service: 'sts'. Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '20261121' != '20261122', from '20261122T201219Z'.",
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
  row('16: another secret', { caller: 'impostor', refusal: mismatch(SIGNATURE_MISMATCH) }),
  row('16: a parameter more', {
    tamper: request => ({ ...request, target: `${request.target}&a=b` }),
    refusal: mismatch(SIGNATURE_MISMATCH),
  }),
  row('16: a body', {
    tamper: request => ({ ...request, body: Buffer.from('a=b') }),
    refusal: mismatch(SIGNATURE_MISMATCH),
  }),
]

function row(
  what: string,
  parts: Omit<RefusalRow, 'what' | 'call' | 'sign'> & Partial<Pick<RefusalRow, 'call'>>,
): RefusalRow {
  return { what, call: IDENTITY, sign: signInQuery, ...parts }
}

function mismatch(message: string): RefusalRow['refusal'] {
  return [403, 'SignatureDoesNotMatch', message]
}

function without(request: UnsignedRequest, name: string): UnsignedRequest {
  return { ...request, target: request.target.replace(new RegExp(`&${name}=[^&]*`), '') }
}

function replace(request: UnsignedRequest, from: string | RegExp, to: string): UnsignedRequest {
  return { ...request, target: request.target.replace(from, to) }
}
