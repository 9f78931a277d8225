import { Secret } from '../../../secrets/secret.ts'
import { checkScope } from '../check-scope.ts'
import type { ScopedClaim } from '../claim.ts'
import { parseAuthorization } from '../parse-authorization.ts'
import { signRequest } from '../sign.ts'

const NOW_MS = Date.UTC(2026, 0, 2, 3, 4, 5)

/** The secret of the access key in the claims. */
export const SECRET = new Secret('wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY')

/** A secret that the access key does not have. */
export const OTHER_SECRET = new Secret('je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY')

/** The claim of one and the same request, signed with a secret of one's choice. */
export function claimSignedWith(secretAccessKey: Secret): ScopedClaim {
  const request = {
    method: 'POST',
    target: '/',
    rawHeaders: ['Host', 'sts.example.com'],
    body: Buffer.from('Action=GetCallerIdentity'),
    sourceIp: '192.0.2.1',
    secureTransport: false,
  }
  const rawHeaders = signRequest(
    request,
    { accessKeyId: 'AKIDEXAMPLE', secretAccessKey, sessionToken: null },
    { region: 'us-east-1', service: 'sts', nowMs: NOW_MS },
  )
  const claim = parseAuthorization({ ...request, rawHeaders }, NOW_MS)
  return checkScope(claim, { service: 'sts', isRegionAllowed: () => true })
}
