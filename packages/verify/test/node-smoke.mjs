/**
 * The published package at work with what only Node has: `node node-smoke.mjs` in a project that has the
 * package installed. An issuer and a service over HTTP, CommonJS, a connection that is refused. Prints
 * what came out as JSON.
 */
import { generateKeyPairSync, sign } from 'node:crypto'
import { once } from 'node:events'
import { createServer, request } from 'node:http'
import { createRequire } from 'node:module'
import { createGuard, createMemoryReplayStore, createTrust, createVerifier } from '@credence/verify'
import { guardNodeHttp, serveFetch } from '@credence/verify/node-http'
import { createTokenExchange } from '@credence/verify/token-exchange'

const AUDIENCE = 'https://orders.example.com'
const KEYS = {
  RS256: ['sha256', generateKeyPairSync('rsa', { modulusLength: 2048 })],
  ES384: ['sha384', generateKeyPairSync('ec', { namedCurve: 'P-384' })],
}

async function listen(listener) {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { server, origin: `http://127.0.0.1:${server.address().port}` }
}

const issuer = await listen((message, response) => {
  const { origin } = issuer
  const documents = {
    '/.well-known/openid-configuration': { issuer: origin, jwks_uri: `${origin}/jwks` },
    '/jwks': {
      keys: Object.entries(KEYS).map(([alg, [, { publicKey }]]) => ({
        ...publicKey.export({ format: 'jwk' }),
        kid: alg,
        alg,
      })),
    },
  }
  response.end(JSON.stringify(documents[message.url]))
})

const encode = value => Buffer.from(JSON.stringify(value)).toString('base64url')

function createToken(alg, claims = {}) {
  const [hash, { privateKey: key }] = KEYS[alg]
  const iat = Math.floor(Date.now() / 1000)
  const payload = {
    iss: issuer.origin,
    aud: AUDIENCE,
    sub: 'arn:aws:iam::123456789012:role/ci/deployer',
    'https://sts.amazonaws.com/': { aws_account: '123456789012', source_region: 'eu-west-1' },
    iat,
    exp: iat + 60,
    jti: `${alg} ${Math.random()}`,
    ...claims,
  }
  const input = `${encode({ kid: alg, typ: 'JWT', alg })}.${encode(payload)}`
  const signature = sign(hash, Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' })
  return `${input}.${signature.toString('base64url')}`
}

const createGuardFor = verifier =>
  createGuard({
    verifier,
    trust: createTrust([
      {
        name: 'ci',
        when: { subjects: ['arn:aws:iam::*:role/ci/*'], accounts: ['123456789012'] },
        grant: 'write',
      },
    ]),
    onRefusal: () => undefined,
  })
const options = {
  issuers: [{ issuer: issuer.origin, accounts: ['123456789012'], allowInsecureHttp: true }],
  audience: AUDIENCE,
}
const verifier = createVerifier(options)
const guarded = guardNodeHttp(createGuardFor(verifier), (_message, response, { grant }) => {
  response.end(grant)
})
const exchange = createTokenExchange({
  guard: createGuardFor(
    createVerifier({ ...options, replay: createMemoryReplayStore({ maxEntries: 10 }) }),
  ),
  mint: ({ identity, scopes }) => ({ accessToken: identity.grant, expiresInSeconds: 60, scopes }),
  onFailure: error => {
    throw error
  },
})
const exchangeListener = serveFetch(exchange, error => {
  throw error
})
const service = await listen((message, response) =>
  message.url === '/token' ? exchangeListener(message, response) : guarded(message, response),
)

const outcomes = []
for (const alg of ['RS256', 'ES384']) {
  const token = createToken(alg)
  const many = await Promise.all(Array.from({ length: 50 }, () => verifier.verify(token)))
  outcomes.push(new Set(many).size)
  const headers = { authorization: `Bearer ${token}` }
  outcomes.push(await (await fetch(service.origin, { headers })).text())
  const late = { authorization: `Bearer ${createToken(alg, { exp: 1 })}` }
  outcomes.push((await fetch(service.origin, { headers: late })).status)
  const body = new URLSearchParams({
    scope: 'read',
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
    subject_token: token,
  })
  for (let use = 0; use < 2; use += 1) {
    outcomes.push((await fetch(`${service.origin}/token`, { method: 'POST', body })).status)
  }
}
const trace = request(`${service.origin}/token`, { method: 'TRACE' }).end()
const [answer] = await once(trace, 'response')
answer.resume()
outcomes.push([answer.statusCode, answer.headers.allow])

const common = createRequire(import.meta.url)('@credence/verify')
outcomes.push(common.createVerifier === createVerifier)

for (const { server } of [service, issuer]) {
  server.closeAllConnections()
  server.close()
}
const gone = await listen(() => undefined)
gone.server.close()
await once(gone.server, 'close')
const unreachable = { ...options.issuers[0], issuer: gone.origin }
const failure = await createVerifier({ ...options, issuers: [unreachable] })
  .loadKeys()
  .catch(error => error.message)
outcomes.push(failure.replace(/.*: (fetch failed: .*):\d+$/, '$1'))
console.log(JSON.stringify(outcomes))
