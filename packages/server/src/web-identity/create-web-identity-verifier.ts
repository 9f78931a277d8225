import type { OidcProvider } from '../principals/entities.ts'
import type { Clock } from '../runtime/clock.ts'
import { checkClaims } from './check-claims.ts'
import { parseConditionClaims } from './condition-claims.ts'
import type { FetchDocument } from './fetch-document.ts'
import { createKeyFinder, type KeyFinder } from './key-finder.ts'
import { KeySourceError } from './key-source-error.ts'
import type { WebIdentityLimits } from './limits.ts'
import { parseToken, type UnverifiedToken } from './parse-token.ts'
import {
  keyUnavailable,
  malformedClaim,
  missingClaim,
  ownToken,
  providerUnreachable,
  revokedKey,
  unknownProvider,
  wrongSignature,
} from './refusals.ts'
import { parseSessionClaims } from './session-claims.ts'
import type { JsonObject } from './strict-json.ts'
import type { VerificationKey } from './verification-key.ts'
import { verifySignature } from './verify-signature.ts'
import type { WebIdentityVerifier } from './web-identity.ts'

/** What {@link createWebIdentityVerifier} works with. */
export interface WebIdentityVerifierParts {
  readonly clock: Clock
  readonly fetchDocument: FetchDocument
  /** Whether tokens of this issuer come from our own `GetWebIdentityToken`. */
  readonly isOwnIssuer: (issuerUrl: string) => boolean | Promise<boolean>
  readonly limits: WebIdentityLimits
}

/**
 * Makes a verifier that remembers keys of issuers. Whatever needs no key is checked first, so that
 * nobody can make it ask the network with a token that could never be good.
 */
export function createWebIdentityVerifier(parts: WebIdentityVerifierParts): WebIdentityVerifier {
  const { clock, isOwnIssuer, limits } = parts
  const keys = createKeyFinder(parts)
  let waiting = 0

  return {
    async verify(text, providers) {
      const token = parseToken(text)
      const claims = omitNulls(token.claims)
      const issuer = readIssuer(claims)
      if (await isOwnIssuer(issuer)) throw ownToken()
      const provider = providers.find(({ url }) => url === issuer)
      if (provider === undefined) throw unknownProvider(issuer)
      const checked = checkClaims(claims, provider, clock.nowMs(), limits.clockSkewSeconds)
      waiting += 1
      const key = await findProviderKey(keys, provider, token).finally(() => {
        waiting -= 1
      })
      if (key.isRevoked) throw revokedKey()
      if (!(await verifySignature(token, key))) throw wrongSignature()
      return {
        ...{ provider, issuer, claims },
        ...checked,
        ...parseSessionClaims(claims),
        ...parseConditionClaims(claims, issuer),
      }
    },
    countWaiting: () => waiting,
    cacheStatistics: () => keys.cacheStatistics(),
  }
}

/** A claim that is null is one that the token does not have: observed of AWS. */
function omitNulls(claims: JsonObject): JsonObject {
  return new Map([...claims].filter(([, value]) => value !== null))
}

function readIssuer(claims: JsonObject): string {
  const issuer = claims.get('iss')
  if (issuer === undefined) throw missingClaim('iss')
  if (typeof issuer !== 'string') throw malformedClaim('iss', 'a text')
  return issuer
}

async function findProviderKey(
  keys: KeyFinder,
  provider: OidcProvider,
  { keyId, algorithm }: UnverifiedToken,
): Promise<VerificationKey> {
  try {
    return await keys.find(provider, keyId, algorithm)
  } catch (error) {
    if (!(error instanceof KeySourceError)) throw error
    throw error.reason === 'unreachable'
      ? providerUnreachable(provider.url, error)
      : keyUnavailable(error)
  }
}
