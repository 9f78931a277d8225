import { createServer, type RequestListener, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import * as jose from 'jose'
import type { SelfSigned } from '../../src/http/test/self-signed.ts'
import { formatOidcProviderArn } from '../../src/principals/arn.ts'
import type { Account, OidcProvider } from '../../src/principals/entities.ts'
import type { TestServer } from './server.ts'

/** Claims of a token. */
export type Claims = Readonly<Record<string, unknown>>

/** An OpenID provider on a loopback port: discovery, keys and tokens made by `jose`. */
export interface OidcIssuer extends AsyncDisposable {
  /** `http://127.0.0.1:PORT`, or `https://localhost:PORT`: what tokens name as `iss`. */
  readonly url: string
  /** Paths that were asked for, in order. */
  readonly asked: string[]
  /** What stands at a path: a document, or what answers there; 404 elsewhere. */
  readonly documents: Map<string, object | ((response: ServerResponse) => void)>
  /** What is published of its keys. */
  readonly jwks: jose.JSONWebKeySet
  /**
   * A token that is good for five minutes at `nowMs`, with claims added, replaced, or left out by
   * undefined; signed with the key of the algorithm in its header.
   */
  sign(nowMs: number, claims?: Claims, header?: Partial<jose.JWTHeaderParameters>): Promise<string>
}

/** The client id of the tokens. */
export const CLIENT_ID = 'sts.amazonaws.com'
/** The subject of the tokens. */
export const SUBJECT = 'repo:example/app:ref:refs/heads/main'

/** Every algorithm that AWS takes (aws-wire §8). */
export const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'ES256', 'ES384', 'ES512'] as const

/** Where an issuer's discovery document is. */
export const DISCOVERY = '/.well-known/openid-configuration'
/** Where its keys are. */
export const KEYS = '/keys'

/** A key for every algorithm. */
export interface IssuerKeys {
  readonly privateKeys: ReadonlyMap<string, jose.CryptoKey>
  readonly jwks: jose.JSONWebKeySet
}

/**
 * Starts an issuer, with keys that nobody else has unless some are given. With a certificate for
 * `localhost` it speaks HTTPS.
 */
export async function startOidcIssuer(
  options: { readonly keys?: IssuerKeys; readonly tls?: SelfSigned } = {},
): Promise<OidcIssuer> {
  const { keys, tls } = options
  const asked: string[] = []
  const documents: OidcIssuer['documents'] = new Map()
  const respond: RequestListener = (request, response) => {
    const path = request.url ?? ''
    asked.push(path)
    const document = documents.get(path)
    if (document === undefined) response.writeHead(404).end()
    else if (typeof document === 'function') document(response)
    else response.writeHead(200).end(JSON.stringify(document))
  }
  const server = tls === undefined ? createServer(respond) : createTlsServer(tls, respond)
  const host = tls === undefined ? '127.0.0.1' : 'localhost'
  await new Promise<void>(resolve => server.listen(0, host, resolve))
  const { port } = server.address() as AddressInfo
  const url = `${tls === undefined ? 'http' : 'https'}://${host}:${port}`
  const { privateKeys, jwks } = keys ?? (await createIssuerKeys())
  documents.set(DISCOVERY, { issuer: url, jwks_uri: `${url}${KEYS}` })
  documents.set(KEYS, jwks)
  return {
    url,
    asked,
    documents,
    jwks,
    async sign(nowMs, claims = {}, header = {}) {
      const issuedAt = Math.floor(nowMs / 1000)
      const payload = { iss: url, sub: SUBJECT, aud: CLIENT_ID, iat: issuedAt, exp: issuedAt + 300 }
      const { alg = 'RS256' } = header
      const key = privateKeys.get(alg)
      if (key === undefined) throw new RangeError(`${alg} has no key`)
      return new jose.SignJWT({ ...payload, ...claims })
        .setProtectedHeader({ alg, kid: alg, typ: 'JWT', ...header })
        .sign(key)
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}

/** Makes keys, which takes a moment. */
export async function createIssuerKeys(): Promise<IssuerKeys> {
  const privateKeys = new Map<string, jose.CryptoKey>()
  const keys: jose.JWK[] = []
  for (const alg of ALGORITHMS) {
    const { privateKey, publicKey } = await jose.generateKeyPair(alg, { extractable: true })
    privateKeys.set(alg, privateKey)
    keys.push({ ...(await jose.exportJWK(publicKey)), kid: alg, alg, use: 'sig' })
  }
  return { privateKeys, jwks: { keys } }
}

/** Registers an issuer with an account. */
export async function addOidcProvider(
  { data, clock }: Pick<TestServer, 'data' | 'clock'>,
  { id: accountId, partition }: Account,
  url: string,
  changes: Partial<OidcProvider> = {},
): Promise<OidcProvider> {
  const name = url.replace(/^https?:\/\//, '')
  const provider: OidcProvider = {
    accountId,
    arn: formatOidcProviderArn({ partition, accountId }, name),
    url,
    clientIds: [CLIENT_ID],
    thumbprints: [],
    createdAtMs: clock.nowMs(),
    tags: [],
    inlineJwks: null,
    contextProvider: null,
    ...changes,
  }
  await data.store.createOidcProvider(provider)
  return provider
}
