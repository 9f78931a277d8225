/**
 * How many tokens are still in memory when nobody needs them: `node --expose-gc memory.mjs` in a project
 * that has the package installed. Prints the counts as JSON.
 *
 * Looks through a snapshot of the heap for texts that begin like a token and go on for long. A text that
 * was cut out of a token can keep all of it there.
 */
import { generateKeyPairSync, sign } from 'node:crypto'
import { readFileSync, rmSync } from 'node:fs'
import { writeHeapSnapshot } from 'node:v8'
import { createGuard, createTrust, createVerifier } from '@credence/verify'
import { createTokenExchange } from '@credence/verify/token-exchange'
import { authenticateUpgrade } from '@credence/verify/websocket'

const ISSUER = 'https://issuer.example.com'
const AUDIENCE = 'https://orders.example.com'
const TOKEN_COUNT = 20
const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' })

const encode = value => Buffer.from(JSON.stringify(value)).toString('base64url')

/** A token whose header differs from that of every other, and says what it is for. */
function createToken(use, number) {
  const iat = Math.floor(Date.now() / 1000)
  const header = { kid: 'a', typ: 'JWT', alg: 'ES384', use, number }
  const payload = {
    iss: ISSUER,
    aud: AUDIENCE,
    sub: 'arn:aws:iam::123456789012:role/ci/deployer',
    'https://sts.amazonaws.com/': { aws_account: '123456789012', source_region: 'eu-west-1' },
    iat,
    exp: iat + 60,
    jti: `${use} ${number}`,
  }
  const input = `${encode(header)}.${encode(payload)}`
  const signature = sign('sha384', Buffer.from(input), {
    key: privateKey,
    dsaEncoding: 'ieee-p1363',
  })
  return `${input}.${signature.toString('base64url')}`
}

/** What an application keeps of what it was given. */
const kept = []

function createApplication() {
  const verifier = createVerifier({
    issuers: [
      {
        issuer: ISSUER,
        accounts: ['123456789012'],
        keys: { jwks: { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'a' }] } },
      },
    ],
    audience: AUDIENCE,
  })
  const guard = createGuard({
    verifier,
    trust: createTrust([{ name: 'a', when: { accounts: ['123456789012'] }, grant: 'read' }]),
    onRefusal: ({ error }) => {
      throw error
    },
  })
  const exchange = createTokenExchange({
    guard,
    mint: ({ identity, scopes, audiences, resources }) => {
      kept.push(identity, scopes, audiences, resources)
      return { accessToken: 'own-token', expiresInSeconds: 60 }
    },
    onFailure: error => {
      throw error
    },
  })
  return { verifier, guard, exchange }
}

const USES = {
  'is verified': async (token, { verifier }) => {
    kept.push(await verifier.verify(token))
  },
  'is exchanged': async (token, { exchange }) => {
    const body = new URLSearchParams({
      scope: 'orders:read:everything orders:write:everything',
      audience: 'https://orders.example.com/',
      resource: 'https://orders.example.com/orders',
      grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
      subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
      subject_token: token,
    })
    const response = await exchange(new Request('http://a/', { method: 'POST', body }))
    if (response.status !== 200) throw new Error(await response.text())
  },
  'opens a WebSocket': async (token, { guard }) => {
    const headers = { 'sec-websocket-protocol': `orders.example.v1, bearer.${token}` }
    kept.push(await authenticateUpgrade(guard, { headers }))
  },
  'is kept by the test': async token => {
    kept.push(token)
  },
}

/** The tokens that are in memory, by what they were for. */
function countTokens() {
  // The engine itself keeps the text that an expression was last tried on.
  ;/x/.test('x')
  globalThis.gc()
  const file = writeHeapSnapshot('memory.heapsnapshot')
  const { strings } = JSON.parse(readFileSync(file, 'utf8'))
  rmSync(file)
  const counts = Object.fromEntries(Object.keys(USES).map(use => [use, 0]))
  for (const each of strings) {
    const header = /(eyJ[\w-]{20,})\.eyJ[\w-]{200,}/.exec(each)?.[1]
    if (header) counts[JSON.parse(Buffer.from(header, 'base64url')).use] += 1
  }
  return counts
}

const applications = []
for (const [use, act] of Object.entries(USES)) {
  const application = createApplication()
  applications.push(application)
  for (let number = 0; number < TOKEN_COUNT; number += 1) {
    await act(createToken(use, number), application)
  }
}
// What was awaited last is let go of.
await new Promise(setImmediate)
console.log(JSON.stringify(countTokens()))
