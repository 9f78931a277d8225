/**
 * The published package at work with nothing but web standards, so that any runtime can run it:
 * `node`, `bun run`, `deno run --allow-env smoke.mjs` in a project that has the package installed.
 * Prints `[algorithm, outcome]` pairs as JSON.
 */
import { createGuard, createTrust, createVerifier } from '@credence/verify'
import { guardFetch } from '@credence/verify/fetch'
import { createTokenExchange } from '@credence/verify/token-exchange'

const ISSUER = 'https://issuer.example.com'
const AUDIENCE = 'https://orders.example.com'
const ALGORITHMS = {
  RS256: {
    name: 'RSASSA-PKCS1-v1_5',
    hash: 'SHA-256',
    modulusLength: 2048,
    publicExponent: Uint8Array.of(1, 0, 1),
  },
  ES384: { name: 'ECDSA', namedCurve: 'P-384', hash: 'SHA-384' },
}

const encode = bytes =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
const encodeJson = value => encode(new TextEncoder().encode(JSON.stringify(value)))

async function createKey(alg) {
  const { publicKey, privateKey } = await crypto.subtle.generateKey(ALGORITHMS[alg], true, [
    'sign',
    'verify',
  ])
  const { kty, n, e, crv, x, y } = await crypto.subtle.exportKey('jwk', publicKey)
  const jwk = { kid: alg, alg, use: 'sig', kty, ...(n ? { n, e } : { crv, x, y }) }
  const sign = async claims => {
    const iat = Math.floor(Date.now() / 1000)
    const payload = {
      iss: ISSUER,
      aud: AUDIENCE,
      sub: 'arn:aws:iam::123456789012:role/ci/deployer',
      'https://sts.amazonaws.com/': { aws_account: '123456789012', source_region: 'eu-west-1' },
      iat,
      exp: iat + 60,
      jti: crypto.randomUUID(),
      ...claims,
    }
    const input = `${encodeJson({ kid: alg, typ: 'JWT', alg })}.${encodeJson(payload)}`
    const bytes = new TextEncoder().encode(input)
    const signature = await crypto.subtle.sign(ALGORITHMS[alg], privateKey, bytes)
    return `${input}.${encode(new Uint8Array(signature))}`
  }
  return { jwk, sign }
}

const keys = { RS256: await createKey('RS256'), ES384: await createKey('ES384') }
const documents = {
  [`${ISSUER}/.well-known/openid-configuration`]: { issuer: ISSUER, jwks_uri: `${ISSUER}/jwks` },
  [`${ISSUER}/jwks`]: { keys: [keys.RS256.jwk, keys.ES384.jwk] },
}
const verifier = createVerifier({
  issuers: [{ issuer: ISSUER, accounts: ['123456789012'] }],
  audience: AUDIENCE,
  fetch: async url => Response.json(documents[url]),
})
const guard = createGuard({
  verifier,
  trust: createTrust([
    { name: 'ci', when: { subjects: ['arn:aws:iam::123456789012:role/ci/*'] }, grant: 'write' },
  ]),
  onRefusal: () => undefined,
})
const handle = guardFetch(guard, (_request, { grant }) => new Response(grant))
const exchange = createTokenExchange({
  guard,
  mint: ({ identity }) => ({ accessToken: identity.grant, expiresInSeconds: 60 }),
  onFailure: error => {
    throw error
  },
})
const outcomeOf = promise =>
  promise.then(
    token => token.principal.name,
    error => error.code,
  )

const outcomes = []
for (const [alg, { sign }] of Object.entries(keys)) {
  const token = await sign({})
  const changed = `${token.slice(0, -10)}${token.at(-10) === 'A' ? 'B' : 'A'}${token.slice(-9)}`
  const headers = { authorization: `Bearer ${token}` }
  const body = new URLSearchParams({
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
    subject_token: token,
  })
  outcomes.push(
    [alg, await outcomeOf(verifier.verify(token))],
    [alg, await outcomeOf(verifier.verify(token))],
    [alg, await outcomeOf(verifier.verify(changed))],
    [alg, await outcomeOf(verifier.verify(await sign({ exp: 1 })))],
    [alg, await (await handle(new Request('http://a/', { headers }))).text()],
    [alg, (await exchange(new Request('http://a/', { method: 'POST', body }))).status],
  )
}
console.log(JSON.stringify(outcomes))
