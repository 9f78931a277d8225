import type { Secret } from '../../secrets/secret.ts'
import type { ReceivedRequest } from '../../wire/message.ts'
import { signRequest } from '../../wire/sigv4/sign.ts'

/** The instant of the calls. */
export const NOW_MS = Date.UTC(2026, 0, 2, 3, 4, 5)

/** The type of a form. */
export const FORM = 'application/x-www-form-urlencoded'

/** A request as it is received, different from the usual one where the test says so. */
export function createReceived(changes: Partial<ReceivedRequest> = {}): ReceivedRequest {
  return {
    method: 'POST',
    target: '/',
    rawHeaders: ['Host', 'sts.example.com', 'Content-Type', FORM, 'User-Agent', 'tests/1'],
    body: Buffer.from('Action=GetCallerIdentity&Version=2011-06-15'),
    sourceIp: '192.0.2.1',
    secureTransport: true,
    dropBody: () => {},
    ...changes,
  }
}

/** What a request is signed with. */
export interface SignedWith {
  readonly accessKeyId: string
  readonly secret: Secret
  readonly sessionToken?: Secret
  readonly region?: string
  readonly service?: string
  readonly signedAtMs?: number
}

/** The request, signed in its header. */
export function signReceived(request: ReceivedRequest, signedWith: SignedWith): ReceivedRequest {
  const { accessKeyId, secret, sessionToken = null } = signedWith
  const { region = 'eu-west-1', service = 'sts', signedAtMs = NOW_MS } = signedWith
  const rawHeaders = signRequest(
    request,
    { accessKeyId, secretAccessKey: secret, sessionToken },
    { region, service, nowMs: signedAtMs },
  )
  return { ...request, rawHeaders }
}
