import { createPublicKey, verify } from 'node:crypto'
import { promisify } from 'node:util'
import { JwtVerifier } from 'aws-jwt-verify'
import { createVerifier as createFastVerifier } from 'fast-jwt'
import { createLocalJWKSet, jwtVerify } from 'jose'
import jsonwebtoken from 'jsonwebtoken'
import { createVerifier } from '../../packages/verify/src/index.ts'
import { ACCOUNT, AUDIENCE, ISSUER, type TokenSet } from './tokens.ts'

/** Verifies one token; throws or rejects when it is not valid. */
export type Verify = (token: string) => unknown

/** One way to verify. */
export interface Contestant {
  readonly name: string
  /** From the JWKS, as every process begins. */
  readonly create: (set: TokenSet) => Verify
}

/** The cost of a verification itself: no decoding, no claims, nothing else. */
const bare: Contestant = {
  name: 'bare crypto.verify',
  create: ({ hash, jwks, parts }) => {
    const key = createPublicKey({ key: jwks.keys[0], format: 'jwk' })
    // RSA needs no options, and is faster without.
    const options = hash === 'sha256' ? key : ({ key, dsaEncoding: 'ieee-p1363' } as const)
    return token => {
      const { input, signature } = partsOf(parts, token)
      if (!verify(hash, input, options, signature)) throw new Error()
    }
  },
}

const bareOffThread: Contestant = {
  name: 'bare crypto.verify, on the thread pool',
  create: ({ hash, jwks, parts }) => {
    const key = createPublicKey({ key: jwks.keys[0], format: 'jwk' })
    const verifyOffThread = promisify(verify)
    return async token => {
      const { input, signature } = partsOf(parts, token)
      const options = { key, dsaEncoding: 'ieee-p1363' } as const
      if (!(await verifyOffThread(hash, input, options, signature))) throw new Error()
    }
  },
}

const ours = (name: string, verifiedTokenCacheEntries: number): Contestant => ({
  name,
  create: ({ jwks }) => {
    const verifier = createVerifier({
      issuers: [{ issuer: ISSUER, accounts: [ACCOUNT], keys: { jwks } }],
      audience: AUDIENCE,
      verifiedTokenCacheEntries,
    })
    return token => verifier.verify(token)
  },
})

const fast = (name: string, cache: number | false): Contestant => ({
  name,
  create: ({ alg, jwks }) =>
    createFastVerifier({
      key: createPublicKey({ key: jwks.keys[0], format: 'jwk' })
        .export({ type: 'spki', format: 'pem' })
        .toString(),
      algorithms: [alg],
      allowedIss: ISSUER,
      allowedAud: AUDIENCE,
      cache,
    }),
})

const others: readonly Contestant[] = [
  {
    name: 'jsonwebtoken',
    create: ({ alg, jwks }) => {
      const key = createPublicKey({ key: jwks.keys[0], format: 'jwk' })
      return token =>
        jsonwebtoken.verify(token, key, { algorithms: [alg], issuer: ISSUER, audience: AUDIENCE })
    },
  },
  {
    name: 'aws-jwt-verify',
    create: ({ jwks }) => {
      const verifier = JwtVerifier.create({ issuer: ISSUER, audience: AUDIENCE })
      verifier.cacheJwks(JSON.parse(JSON.stringify(jwks)))
      return token => verifier.verifySync(token)
    },
  },
  {
    name: 'jose',
    create: ({ alg, jwks }) => {
      const keys = createLocalJWKSet(JSON.parse(JSON.stringify(jwks)))
      const options = { algorithms: [alg], issuer: ISSUER, audience: AUDIENCE }
      return token => jwtVerify(token, keys, options)
    },
  },
]

/** Who verifies every token anew. */
export const UNCACHED: readonly Contestant[] = [
  bare,
  bareOffThread,
  ours('@credence/verify', 0),
  fast('fast-jwt', false),
  ...others,
]

/** Who remembers tokens, beside the others for which a repeated token is like any. */
export const CACHED: readonly Contestant[] = [
  ours('@credence/verify', 1000),
  fast('fast-jwt', 1000),
  ...others,
]

/** Who can begin from a JWKS alone. */
export const COLD: readonly Contestant[] = UNCACHED.slice(2)

function partsOf(parts: TokenSet['parts'], token: string) {
  const found = parts.get(token)
  if (!found) throw new Error('not one of the tokens')
  return found
}
