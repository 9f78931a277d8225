import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { MAX_PAYLOAD_BYTES } from '../../src/issuer/claims.ts'
import type { ContextProvider } from '../../src/principals/entities.ts'
import { MAX_SESSION_TOKEN_CHARACTERS } from '../../src/sessions/session-credentials.ts'
import { call } from '../support/calls.ts'
import {
  callSts,
  expectError,
  findInResult,
  issueToken,
  readCredentials,
} from '../support/sts-calls.ts'
import { tokenCall } from '../support/token-call.ts'
import { startIssuerWorld } from '../support/worlds/issuer.ts'

const KEYS = Array.from({ length: 10 }, (_, at) => `${at}`.padEnd(128, 'k'))
const CONTEXT_PROVIDER: ContextProvider = {
  subjectSourceKey: 'sub',
  subjectTypeValue: 'workload',
  subjectTypeSourceKey: null,
  keyDefinitions: KEYS.map(sourceKey => ({ sourceKey, targetKey: null })),
}

/** Letters and digits in which nothing comes again: four bits in a character, or nearly six. */
const NOISE = {
  hexadecimal: (length: number) => randomBytes(length).toString('hex').slice(0, length),
  dense: (length: number) =>
    randomBytes(length).toString('base64').replace(/[+/]/g, '').slice(0, length),
}

/** A policy of the greatest length. */
function createPolicy(noise: (length: number) => string): string {
  const allow = { Effect: 'Allow', Action: '*', Resource: '*' }
  const write = (Sid: string) =>
    JSON.stringify({ Version: '2012-10-17', Statement: { Sid, ...allow } })
  return write(noise(2048 - write('').length))
}

describe('the largest session', () => {
  it.each([
    ['hexadecimal', 3, [403, 'AccessDenied', 'A session can have at most 3 scope-down policies.']],
    [
      'dense',
      2,
      [
        400,
        'PackedPolicyTooLarge',
        'Packed policy consumes 101% of allotted space, please use smaller policy.',
      ],
    ],
  ] as const)('with %s policies has %i layers, and no more', async (kind, layers, refusal) => {
    await using world = await startIssuerWorld()
    const { server, provider } = world
    await server.data.store.saveOidcProvider({ ...provider, contextProvider: CONTEXT_PROVIDER })
    const claims = Object.fromEntries(KEYS.map(key => [key, crypto.randomUUID().padEnd(128, 'v')]))
    const tags = Object.fromEntries(
      Array.from({ length: 8 }, (_, at) => [`tag-${at}`, crypto.randomUUID().padEnd(200, 'x')]),
    )
    const token = await world.sign({
      ...claims,
      sub: 's'.repeat(255),
      'https://aws.amazon.com/source_identity': 'i'.repeat(256),
      'https://aws.amazon.com/tags': { principal_tags: tags, transitive_tag_keys: [] },
    })
    const Policy = createPolicy(NOISE[kind])
    let session = readCredentials(await world.exchange(token, undefined, { Policy }))
    const sizes: number[] = []
    for (;;) {
      const answer = await callSts(server, session, 'GetScopedCredentials', {
        Policy: createPolicy(NOISE[kind]),
      })
      if (answer.status !== 200) {
        expectError(answer, refusal)
        break
      }
      const size = Number(findInResult(answer, 'SessionTokenSize'))
      expect(size).toBeLessThanOrEqual(MAX_SESSION_TOKEN_CHARACTERS)
      expect(findInResult(answer, 'SessionTokenUtilization')).toBe(
        String(Math.ceil((size * 100) / MAX_SESSION_TOKEN_CHARACTERS)),
      )
      sizes.push(size)
      session = readCredentials(answer)
    }
    expect(sizes).toHaveLength(layers)
    const asked = { SubjectMode: 'OriginIdentity', Scope: 'o'.repeat(256) }
    const { payload, claims: issued } = await issueToken(server, session, asked)
    expect(issued.sub).toBe('s'.repeat(255))
    expect(Buffer.byteLength(payload)).toBeLessThanOrEqual(MAX_PAYLOAD_BYTES)
    const audience = 'a'.repeat(1000)
    const many = Object.fromEntries(
      Array.from({ length: 10 }, (_, at) => [`Audience.member.${at + 1}`, audience]),
    )
    const request = Array.from({ length: 50 }, (_, at) => [
      [`Tags.member.${at + 1}.Key`, `${at}`.padEnd(128, 'k')],
      [`Tags.member.${at + 1}.Value`, 'v'.repeat(256)],
    ]).flat()
    const answer = await call(
      server,
      session,
      tokenCall({ SubjectMode: 'OriginIdentity', ...many, ...Object.fromEntries(request) }),
    )
    expectError(answer, [
      400,
      'JWTPayloadSizeExceededException',
      'JWT payload exceeds maximum allowed size',
    ])
  })
})
