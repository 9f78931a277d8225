import type { Directory } from '../directory/directory.ts'
import type { Api } from '../operations/operation.ts'
import type { Caller } from '../principals/caller.ts'
import { isAccessKeyId } from '../principals/identifiers.ts'
import type { WireRequest } from '../wire/message.ts'
import { checkScope } from '../wire/sigv4/check-scope.ts'
import type { ScopedClaim } from '../wire/sigv4/claim.ts'
import { parseAuthorization } from '../wire/sigv4/parse-authorization.ts'
import { invalidSessionToken, unknownAccessKey } from '../wire/sigv4/refusals.ts'
import type { SignatureVerifier } from '../wire/sigv4/verify.ts'

/**
 * Step 3 of the pipeline, first half: what the request says about its signer, in a scope that the
 * service accepts (aws-wire §7.3, rows 4 to 13). Proves nothing yet. @throws ServiceError
 */
export function readClaim(
  request: WireRequest,
  accepted: {
    readonly api: Api
    readonly isRegionAllowed: (region: string) => boolean
    readonly nowMs: number
  },
): ScopedClaim {
  const { api, isRegionAllowed, nowMs } = accepted
  const claim = parseAuthorization(request, nowMs)
  return checkScope(claim, { service: api.name, isRegionAllowed })
}

/**
 * Step 3 of the pipeline, second half: the caller, if the signature is theirs (§7.3, rows 14 to 16).
 * @throws ServiceError `InvalidClientTokenId`, `SignatureDoesNotMatch`
 */
export async function authenticate(
  claim: ScopedClaim,
  directory: Pick<Directory, 'findCredential'>,
  verifier: SignatureVerifier,
): Promise<Caller> {
  if (claim.sessionToken !== null) throw invalidSessionToken()
  const { accessKeyId } = claim
  const credential = isAccessKeyId(accessKeyId) ? await directory.findCredential(accessKeyId) : null
  verifier.verify(claim, credential?.secret ?? null)
  // The verifier has refused an unknown key already, and taken as long about it as for a known one.
  if (credential === null) throw unknownAccessKey()
  return credential.caller
}
