import { randomUUID } from 'node:crypto'
import {
  createGuard,
  createMemoryReplayStore,
  createTrust,
  createVerifier,
  type NonEmpty,
  type TrustedIssuer,
  type TrustRule,
} from '@credence/verify'
import { serveFetch } from '@credence/verify/node-http'
import { createTokenExchange, ExchangeError } from '@credence/verify/token-exchange'
import { errors, generateKeyPair, jwtVerify, SignJWT } from 'jose'

/** What a rule of `rules.json` grants. */
export interface Grant {
  readonly scopes: readonly string[]
}

/** What the service is told from outside. */
export interface ServiceOptions {
  /** Whose tokens are exchanged. */
  readonly issuers: NonEmpty<TrustedIssuer>
  /** The name of this service: callers ask AWS or Credence for a token with this audience. */
  readonly audience: string
  readonly rules: NonEmpty<TrustRule<Grant>>
  readonly log: (message: string) => void
}

const OWN_ISSUER = 'https://orders.example.com'
const LIFETIME_SECONDS = 300

/**
 * A service with its own short-lived tokens. `POST /token` exchanges a token of AWS or Credence for
 * one (RFC 8693); `GET /orders` and `POST /orders` ask for it.
 */
export async function createService(options: ServiceOptions) {
  const { issuers, audience, rules, log } = options
  // For this process alone. Replicas share a key and a replay store.
  const { publicKey, privateKey } = await generateKeyPair('ES256')
  const guard = createGuard({
    verifier: createVerifier({
      issuers,
      audience,
      replay: createMemoryReplayStore({ maxEntries: 100_000 }),
    }),
    trust: createTrust(rules),
    onRefusal: ({ error }) => log(`refused: ${error.code}: ${error.message}`),
  })

  const exchange = createTokenExchange({
    guard,
    mint: async ({ identity, scopes: asked }) => {
      const { scopes: granted } = identity.grant
      const scopes = asked.length === 0 ? granted : asked
      const excess = scopes.find(scope => !granted.includes(scope))
      if (excess !== undefined) throw new ExchangeError('invalid_scope', `${excess} is not granted`)
      const accessToken = await new SignJWT({ scope: scopes.join(' ') })
        .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt' })
        .setIssuer(OWN_ISSUER)
        .setAudience(OWN_ISSUER)
        .setSubject(identity.token.principal.arn)
        .setJti(randomUUID())
        .setIssuedAt()
        .setExpirationTime(`${LIFETIME_SECONDS}s`)
        .sign(privateKey)
      return { accessToken, expiresInSeconds: LIFETIME_SECONDS, scopes }
    },
    onFailure: error => log(`exchange failed: ${String(error)}`),
  })

  /** The subject of an own token that has the scope, or the status that says why not. */
  const authorise = async (request: Request, scope: string): Promise<string | 401 | 403> => {
    const token = /^Bearer (\S+)$/i.exec(request.headers.get('authorization') ?? '')?.[1] ?? ''
    try {
      const { payload } = await jwtVerify(token, publicKey, {
        algorithms: ['ES256'],
        typ: 'at+jwt',
        issuer: OWN_ISSUER,
        audience: OWN_ISSUER,
        requiredClaims: ['sub', 'exp', 'scope'],
      })
      return String(payload['scope']).split(' ').includes(scope) ? String(payload.sub) : 403
    } catch (error) {
      if (error instanceof errors.JOSEError) return 401
      throw error
    }
  }

  const handle = async (request: Request): Promise<Response> => {
    const { pathname } = new URL(request.url)
    if (pathname === '/token') return exchange(request)
    if (pathname !== '/orders') return new Response(null, { status: 404 })
    const subject = await authorise(
      request,
      request.method === 'GET' ? 'orders:read' : 'orders:write',
    )
    if (typeof subject === 'number') return new Response(null, { status: subject })
    return Response.json({ subject, orders: [] })
  }

  return serveFetch(handle, error => log(`failed: ${String(error)}`))
}
