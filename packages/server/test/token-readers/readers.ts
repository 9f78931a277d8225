import { createVerifier, type Fetch, VerifyError } from '@credence/verify'
import { ServiceError } from '../../src/errors.ts'
import { MemoryBudget } from '../../src/runtime/memory-budget.ts'
import { createWebIdentityVerifier } from '../../src/web-identity/create-web-identity-verifier.ts'
import { KeySourceError, parseDocumentUrl } from '../../src/web-identity/issuer-documents.ts'
import { WEB_IDENTITY_LIMITS } from '../../src/web-identity/limits.ts'
import { createProvider, findAmong, NOW_SECONDS } from '../../src/web-identity/test/tokens.ts'

export const ISSUER = 'https://idp.example.com'
export const JWKS_URI = `${ISSUER}/keys`

/** What an issuer answers at present. */
export interface IssuerResponses {
  readonly discovery: string
  readonly jwks: string
  readonly cacheControl?: string
  readonly age?: string
  /** It cannot be reached. */
  readonly isDown?: boolean
}

/** How far a reader comes with a token; who comes to the signature has accepted form and key. */
export type Verdict = 'accepted' | 'form refused' | 'no key' | 'signature refused'

/** One of the two readers of tokens: `@credence/verify`, or the server as it reads other issuers'. */
export interface Reader {
  read(token: string): Promise<Verdict>
  /** Loads of key sets so far. */
  readonly loads: number
}

/** Where both look for the time and for the issuer's answers. */
export interface ReaderWorld {
  nowMs: number
  answers: IssuerResponses
}

/** The discovery document of {@link ISSUER}, with some members changed. */
export function formatDiscovery(change: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({ issuer: ISSUER, jwks_uri: JWKS_URI, ...change })
}

/** A world with these answers, at the moment of the tests' tokens. */
export function createWorld(
  answers: Partial<IssuerResponses> & { readonly jwks: string },
): ReaderWorld {
  return { nowMs: NOW_SECONDS * 1000, answers: { discovery: formatDiscovery(), ...answers } }
}

/** `@credence/verify`, with nothing but what it must be told. */
export function openVerifier(world: ReaderWorld): Reader {
  let loads = 0
  const fetch: Fetch = async url => {
    const { discovery, jwks, cacheControl, age, isDown } = world.answers
    const isJwks = !url.endsWith('/.well-known/openid-configuration')
    if (isJwks || isDown) loads += 1
    if (isDown) throw new Error('nobody answers')
    const headers = new Headers()
    if (cacheControl !== undefined) headers.set('cache-control', cacheControl)
    if (age !== undefined) headers.set('age', age)
    return new Response(isJwks ? jwks : discovery, { headers })
  }
  const verifier = createVerifier({
    issuers: [{ issuer: ISSUER, accounts: null }],
    audience: 'sts.amazonaws.com',
    maxAgeSeconds: 1_000_000,
    verifiedTokenCacheEntries: 0,
    fetch,
    nowMs: () => world.nowMs,
  })
  return {
    read: token =>
      verifier.verify(token).then(
        () => 'accepted',
        (error: unknown) => verdictOfVerifier(error),
      ),
    get loads() {
      return loads
    },
  }
}

/** The server, as it reads what `AssumeRoleWithWebIdentity` is given. */
export function openServer(world: ReaderWorld): Reader {
  let loads = 0
  const verifier = createWebIdentityVerifier({
    clock: { nowMs: () => world.nowMs },
    fetchDocument: async (address, issuer) => {
      const { discovery, jwks, cacheControl = null, age = null, isDown } = world.answers
      const isJwks = !address.endsWith('/.well-known/openid-configuration')
      if (isJwks || isDown) loads += 1
      if (isDown) throw new KeySourceError('unreachable', 'nobody answers')
      parseDocumentUrl(address, issuer, new Set())
      return { text: isJwks ? jwks : discovery, cacheControl, age }
    },
    findOwnIssuer: async () => null,
    limits: WEB_IDENTITY_LIMITS,
    memory: new MemoryBudget(1_000_000),
    onRefused: () => {},
  })
  const findProvider = findAmong(createProvider(ISSUER))
  return {
    read: token =>
      verifier.verify(token, findProvider).then(
        () => 'accepted',
        (error: unknown) => verdictOfServer(error),
      ),
    get loads() {
      return loads
    },
  }
}

function verdictOfVerifier(error: unknown): Verdict {
  if (!(error instanceof VerifyError)) throw error
  const { code, message } = error
  if (code === 'signature_invalid') return 'signature refused'
  if (code === 'key_unknown' || code === 'keys_unavailable') return 'no key'
  // The key decides what it is for: the server looks for one of the token's algorithm.
  if (code === 'algorithm_refused' && message.endsWith('not the one of its key')) return 'no key'
  const isOfForm = /^(?:token_malformed|token_too_large|algorithm_refused)$/.test(code)
  if (!isOfForm) throw error
  return 'form refused'
}

function verdictOfServer(error: unknown): Verdict {
  if (!(error instanceof ServiceError)) throw error
  const { code, message } = error
  if (code === 'IDPRejectedClaim' || code === 'IDPCommunicationError') return 'no key'
  if (message.startsWith("Couldn't retrieve verification key")) return 'no key'
  if (message === 'The signature of the token is not valid') return 'signature refused'
  if (!message.startsWith('The ID Token provided is not a valid JWT')) throw error
  return 'form refused'
}
