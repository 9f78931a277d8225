import { parseArn } from '../principals/arn.ts'
import type { OidcProvider } from '../principals/entities.ts'
import type { Clock } from '../runtime/clock.ts'
import type { MemoryBudget } from '../runtime/memory-budget.ts'
import { checkClaims } from './check-claims.ts'
import { parseConditionClaims } from './condition-claims.ts'
import { readIdentityContext } from './identity-context.ts'
import { type FetchDocument, KeySourceError } from './issuer-documents.ts'
import { createKeyFinder, type WantedKey } from './key-finder.ts'
import type { VerificationKey } from './key-set.ts'
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
import { verifySignature } from './verify-signature.ts'
import { type AwaitedProvider, WaitingRoom } from './waiting-room.ts'
import type { FindProvider, WebIdentity, WebIdentityVerifier } from './web-identity.ts'

/** What {@link createWebIdentityVerifier} works with. */
export interface WebIdentityVerifierDeps {
  readonly clock: Clock
  readonly fetchDocument: FetchDocument
  /** The issuer of our own `GetWebIdentityToken` with this URL; null for the issuers of others. */
  readonly findOwnIssuer: (issuerUrl: string) => Promise<OwnIssuer | null>
  readonly limits: WebIdentityLimits
  /** What waiting calls take their memory from. */
  readonly memory: MemoryBudget
  /** Told of each call that is refused because too many wait, and for which provider. */
  readonly onRefused: (awaited: AwaitedProvider) => void
}

/** An issuer of this installation. */
export interface OwnIssuer {
  /** That of its account; null when no account has the issuer. */
  readonly partition: string | null
  /** Its keys as JSON text, so that they need not be asked of the network. */
  readonly jwks: string
}

/** A token of which all but the signature has been checked. */
interface Examined {
  readonly token: UnverifiedToken
  readonly claims: JsonObject
  readonly issuer: string
  readonly provider: OidcProvider
  readonly checked: ReturnType<typeof checkClaims>
}

/**
 * Makes a verifier that remembers keys of issuers. Whatever needs no key is checked first, so that
 * nobody can make it ask the network with a token that could never be good.
 */
export function createWebIdentityVerifier(deps: WebIdentityVerifierDeps): WebIdentityVerifier {
  const { clock, findOwnIssuer, limits, memory, onRefused } = deps
  const waitingRoom = new WaitingRoom({ ...limits, memory, onRefused })
  const keys = createKeyFinder({ ...deps, waitingRoom })

  async function examine(text: string, findProvider: FindProvider): Promise<Examined> {
    const token = parseToken(text)
    const claims = omitNulls(token.claims)
    const issuer = readIssuer(claims)
    const own = await findOwnIssuer(issuer)
    const registered = await findProvider(issuer)
    if (own !== null && !isOfOtherPartition(own, registered)) throw ownToken()
    if (registered === null) throw unknownProvider(issuer)
    const provider = own === null ? registered : { ...registered, inlineJwks: own.jwks }
    const checked = checkClaims(claims, provider, clock.nowMs(), limits.clockSkewSeconds)
    return { token, claims, issuer, provider, checked }
  }

  /** Verifies with a key that is in memory; otherwise says which key is wanted. */
  async function verifyAtOnce(
    text: string,
    findProvider: FindProvider,
  ): Promise<WebIdentity | WantedKey> {
    const examined = await examine(text, findProvider)
    const { keyId, algorithm } = examined.token
    const wanted: WantedKey = { provider: examined.provider, keyId, algorithm }
    const key = await tellCaller(wanted, async () => keys.findHeld(wanted))
    return key === null ? wanted : conclude(examined, key)
  }

  return {
    async verify(text, findProvider) {
      const found = await verifyAtOnce(text, findProvider)
      if (!('keyId' in found)) return found
      // Many calls may wait here, so what was read of the token is not kept in memory. It is read
      // again afterwards, and its provider and times are checked as they are by then.
      const key = await tellCaller(found, () => keys.find(found))
      return conclude(await examine(text, findProvider), key)
    },
    countWaiting: () => waitingRoom.waiting,
    countRefused: () => waitingRoom.refused,
    cacheStatistics: () => keys.cacheStatistics(),
  }
}

/**
 * AWS accepts its own tokens from another partition alone: within one there is `AssumeRole`
 * (aws-wire-news §1.5).
 */
function isOfOtherPartition({ partition }: OwnIssuer, provider: OidcProvider | null): boolean {
  return partition !== null && provider !== null && parseArn(provider.arn)?.partition !== partition
}

async function conclude(
  { token, claims, issuer, provider, checked }: Examined,
  key: VerificationKey,
): Promise<WebIdentity> {
  if (key.isRevoked) throw revokedKey()
  if (!(await verifySignature(token, key))) throw wrongSignature()
  return {
    ...{ provider, issuer, claims },
    ...checked,
    ...parseSessionClaims(claims),
    ...parseConditionClaims(claims, issuer),
    identityContext: readIdentityContext(claims, issuer, provider),
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

/** Turns a failure to get the key into the refusal that the caller is told. */
async function tellCaller<Result>(
  { provider }: WantedKey,
  find: () => Promise<Result>,
): Promise<Result> {
  try {
    return await find()
  } catch (error) {
    if (!(error instanceof KeySourceError)) throw error
    throw error.reason === 'unreachable'
      ? providerUnreachable(provider.url, error)
      : keyUnavailable(error)
  }
}
