import { createLocalJWKSet, decodeJwt, type JSONWebKeySet, jwtVerify } from 'jose'
import { describe, expect, it } from 'vitest'
import {
  ALREADY_DISABLED,
  ALREADY_ENABLED,
  account,
  createAccount,
  createParts,
  createQuickSigner,
  createRequest,
  expectRefusal,
  isServiceError,
  NOW_MS,
  random,
  STS_DISABLED,
  toIssuerId,
} from '../../test/support/issuer-parts.ts'
import { ServiceError } from '../errors.ts'
import { createAesGcmSealer } from '../secrets/aes-gcm-sealer.ts'
import { createMasterKey } from '../secrets/master-key.ts'
import { createLocalSigner } from '../signers/local-signer.ts'
import type { Signer } from '../signers/signer.ts'
import { type CachingIssuer, createIssuer } from './create-issuer.ts'

async function loadJwks(issuer: CachingIssuer, issuerUrl: string): Promise<JSONWebKeySet> {
  const documents = await issuer.findDocuments(toIssuerId(issuerUrl))
  return JSON.parse(documents?.jwks ?? 'null')
}

describe('tokens of real keys', () => {
  const masterKey = createMasterKey(new Uint8Array(32).fill(5), 'a test')
  const signer = createLocalSigner(createAesGcmSealer(masterKey, random))

  it.each([
    ['thumbprint', /^[\w-]{43}$/, /^[\w-]{43}$/],
    ['aws', /^RSA_0$/, /^EC384_0$/],
  ] as const)(
    'verify with jose from the published documents, keys named by %s',
    async (keyNaming, rsaKid, ecKid) => {
      const { issuer } = createParts({ signer, keyNaming })
      const { issuerUrl } = await issuer.enableFederation(account, NOW_MS)
      const jwks = await loadJwks(issuer, issuerUrl)
      expect(jwks.keys.map(key => key.kid)).toEqual([
        expect.stringMatching(rsaKid),
        expect.stringMatching(ecKid),
      ])
      for (const algorithm of ['RS256', 'ES384'] as const) {
        const issued = await issuer.issueToken(
          createRequest({ algorithm, audiences: ['one', 'two'], durationSeconds: 60 }),
        )
        const { payload, protectedHeader } = await jwtVerify(
          issued.token,
          createLocalJWKSet(jwks),
          {
            issuer: issuerUrl,
            audience: 'two',
            algorithms: [algorithm],
            currentDate: new Date(NOW_MS),
          },
        )
        expect(protectedHeader).toEqual({ kid: issued.keyId, typ: 'JWT', alg: algorithm })
        expect(payload).toMatchObject({
          aud: ['one', 'two'],
          jti: issued.tokenId,
          iat: 1_789_151_748,
        })
        expect(payload.exp).toBe(1_789_151_808)
        expect(issued.expiresAtMs).toBe(NOW_MS + 60_000)
      }
    },
  )

  it('differ from account to account, also where the names of the keys do not', async () => {
    const { issuer } = createParts({ signer, keyNaming: 'aws' })
    const other = createAccount('210987654321')
    const { issuerUrl } = await issuer.enableFederation(account, NOW_MS)
    const otherUrl = (await issuer.enableFederation(other, NOW_MS)).issuerUrl
    const { token } = await issuer.issueToken(createRequest({ account: other }))
    const options = { currentDate: new Date(NOW_MS) }
    const wrongKeys = createLocalJWKSet(await loadJwks(issuer, issuerUrl))
    await expect(jwtVerify(token, wrongKeys, options)).rejects.toThrow('signature verification')
    const rightKeys = createLocalJWKSet(await loadJwks(issuer, otherUrl))
    await expect(jwtVerify(token, rightKeys, options)).resolves.toMatchObject({
      payload: { iss: otherUrl },
    })
  })

  it('come from the same keys in another process, and from none under another master key', async () => {
    const { issuer, options } = createParts({ signer })
    const { issuerUrl } = await issuer.enableFederation(account, NOW_MS)
    const { token } = await createIssuer(options).issueToken(createRequest())
    const keys = createLocalJWKSet(await loadJwks(issuer, issuerUrl))
    await jwtVerify(token, keys, { currentDate: new Date(NOW_MS) })

    const otherKey = createMasterKey(new Uint8Array(32).fill(6), 'a test')
    const otherSigner = createLocalSigner(createAesGcmSealer(otherKey, random))
    const foreign = createIssuer({ ...options, signer: otherSigner })
    await expect(foreign.issueToken(createRequest())).rejects.toThrow(/sealed with master key/)
    // Documents hold public keys only, so verifiers are not affected.
    expect(await loadJwks(foreign, issuerUrl)).toEqual(await loadJwks(issuer, issuerUrl))
  })
})

describe('federation', () => {
  it('is not there before the first enable', async () => {
    const { issuer } = createParts()
    expect(await issuer.findFederation(account)).toBeNull()
    await expectRefusal(issuer.issueToken(createRequest()), STS_DISABLED)
    await expectRefusal(issuer.disableFederation(account, NOW_MS), ALREADY_DISABLED)
  })

  it('gets an unguessable issuer, two keys and the wish for two more at the first enable', async () => {
    const { issuer, store } = createParts()
    const info = await issuer.enableFederation(account, NOW_MS)
    expect(info.enabled).toBe(true)
    expect(toIssuerId(info.issuerUrl)).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    )
    expect(info.issuerUrl).not.toContain(account.id)
    expect(await issuer.findFederation(account)).toEqual(info)
    const place = { accountId: account.id, createdAtMs: NOW_MS }
    const first = { ...place, generation: 0, state: 'active', activatedAtMs: NOW_MS }
    const next = { ...place, generation: 1, state: 'intended', handle: null, activatedAtMs: null }
    expect(store.keys).toMatchObject([
      { ...first, algorithm: 'RS256' },
      { ...next, algorithm: 'RS256' },
      { ...first, algorithm: 'ES384' },
      { ...next, algorithm: 'ES384' },
    ])
    expect(decodeJwt((await issuer.issueToken(createRequest())).token).iss).toBe(info.issuerUrl)
  })

  it('refuses to be enabled twice or disabled twice', async () => {
    const { issuer } = createParts()
    await issuer.enableFederation(account, NOW_MS)
    await expectRefusal(issuer.enableFederation(account, NOW_MS), ALREADY_ENABLED)
    await issuer.disableFederation(account, NOW_MS)
    await expectRefusal(issuer.disableFederation(account, NOW_MS), ALREADY_DISABLED)
  })

  it('keeps issuer, keys and documents while disabled and after re-enable', async () => {
    const { issuer, counts } = createParts()
    const info = await issuer.enableFederation(account, NOW_MS)
    const documents = await issuer.findDocuments(toIssuerId(info.issuerUrl))
    expect(documents).not.toBeNull()

    await issuer.disableFederation(account, NOW_MS + 1)
    expect(await issuer.findFederation(account)).toEqual({ ...info, enabled: false })
    expect(await issuer.findDocuments(toIssuerId(info.issuerUrl))).toEqual(documents)
    await expectRefusal(issuer.issueToken(createRequest()), STS_DISABLED)

    expect(await issuer.enableFederation(account, NOW_MS + 2)).toEqual(info)
    expect(await issuer.findDocuments(toIssuerId(info.issuerUrl))).toEqual(documents)
    await issuer.issueToken(createRequest())
    expect(counts.generated).toBe(2)
  })

  it('ends with one set of keys when many enable at once', async () => {
    const { options, store } = createParts()
    const processes = Array.from({ length: 5 }, () => createIssuer(options))
    const outcomes = await Promise.allSettled(
      processes.map(each => each.enableFederation(account, NOW_MS)),
    )
    const refused = outcomes.filter(outcome => outcome.status === 'rejected')
    expect(refused).toHaveLength(4)
    for (const { reason } of refused) {
      expect(reason).toEqual(isServiceError(ALREADY_ENABLED.code, ALREADY_ENABLED.message))
    }
    expect(store.keys).toHaveLength(4)
    for (const each of processes) await each.issueToken(createRequest())
  })

  it('is switched on by the loser of the race when the winner has switched it off again', async () => {
    const { options, store } = createParts()
    const winner = createIssuer(options)
    const { signer } = createQuickSigner()
    const slowSigner: Signer = {
      ...signer,
      async generateKey(algorithm, recordId) {
        if (algorithm === 'RS256') {
          await winner.enableFederation(account, NOW_MS)
          await winner.disableFederation(account, NOW_MS)
        }
        return signer.generateKey(algorithm, recordId)
      },
    }
    const loser = createIssuer({ ...options, signer: slowSigner })
    const info = await loser.enableFederation(account, NOW_MS)
    expect(info).toEqual(await winner.findFederation(account))
    expect(info.enabled).toBe(true)
    expect(store.keys).toHaveLength(4)
  })

  it.each(['createFederation', 'saveFederationEnabled'] as const)(
    'lets a failure of %s through',
    async method => {
      const { issuer, store } = createParts()
      if (method === 'saveFederationEnabled') {
        await issuer.enableFederation(account, NOW_MS)
        await issuer.disableFederation(account, NOW_MS)
      }
      store[method] = () => Promise.reject(new Error('disk full'))
      await expect(issuer.enableFederation(account, NOW_MS)).rejects.toThrow('disk full')
    },
  )

  it('lets a failure to disable through', async () => {
    const { issuer, store } = createParts()
    await issuer.enableFederation(account, NOW_MS)
    store.saveFederationEnabled = () => Promise.reject(new Error('disk full'))
    await expect(issuer.disableFederation(account, NOW_MS)).rejects.toThrow('disk full')
  })
})

describe('propagation', () => {
  const DELAY_MS = 10_000

  it('delays tokens but not IAM and the documents after enable', async () => {
    const { issuer } = createParts({ propagationDelayMs: DELAY_MS })
    const { issuerUrl } = await issuer.enableFederation(account, NOW_MS)
    expect(await issuer.findFederation(account)).toMatchObject({ issuerUrl, enabled: true })
    expect(await issuer.findDocuments(toIssuerId(issuerUrl))).not.toBeNull()
    const lastMs = NOW_MS + DELAY_MS - 1
    await expectRefusal(issuer.issueToken(createRequest()), STS_DISABLED)
    await expectRefusal(issuer.issueToken(createRequest({ nowMs: lastMs })), STS_DISABLED)
    await issuer.issueToken(createRequest({ nowMs: lastMs + 1 }))
  })

  it('lets tokens through for the same time after disable', async () => {
    const { issuer } = createParts({ propagationDelayMs: DELAY_MS })
    await issuer.enableFederation(account, NOW_MS - DELAY_MS)
    await issuer.disableFederation(account, NOW_MS)
    expect(await issuer.findFederation(account)).toMatchObject({ enabled: false })
    const lastMs = NOW_MS + DELAY_MS - 1
    await issuer.issueToken(createRequest())
    await issuer.issueToken(createRequest({ nowMs: lastMs }))
    await expectRefusal(issuer.issueToken(createRequest({ nowMs: lastMs + 1 })), STS_DISABLED)
  })

  it('is still on after off and on within the delay, then off, then on', async () => {
    const { issuer } = createParts({ propagationDelayMs: DELAY_MS })
    await issuer.enableFederation(account, NOW_MS - DELAY_MS)
    await issuer.disableFederation(account, NOW_MS)
    await issuer.enableFederation(account, NOW_MS + 4_000)
    const at = (sinceMs: number) => issuer.issueToken(createRequest({ nowMs: NOW_MS + sinceMs }))
    await at(4_000)
    await at(DELAY_MS - 1)
    await expectRefusal(at(DELAY_MS), STS_DISABLED)
    await expectRefusal(at(DELAY_MS + 3_999), STS_DISABLED)
    await at(DELAY_MS + 4_000)
  })

  it.each([0, DELAY_MS])(
    'takes a change from a clock that runs ahead as done, with a delay of %i ms',
    async propagationDelayMs => {
      const { issuer } = createParts({ propagationDelayMs })
      await issuer.enableFederation(account, NOW_MS - DELAY_MS)
      await issuer.disableFederation(account, NOW_MS + 1)
      await expectRefusal(issuer.issueToken(createRequest()), STS_DISABLED)
    },
  )
})

describe('order of checks', () => {
  const oversized = createRequest({ audiences: ['a'.repeat(20_000)] })

  it('says that federation is off before it looks at the claims', async () => {
    await expectRefusal(createParts().issuer.issueToken(oversized), STS_DISABLED)
  })

  it('refuses oversized claims before it opens a key', async () => {
    const { issuer, counts } = createParts()
    await issuer.enableFederation(account, NOW_MS)
    await expectRefusal(
      issuer.issueToken(oversized),
      new ServiceError(
        'JWTPayloadSizeExceededException',
        'JWT payload exceeds maximum allowed size',
      ),
    )
    expect(counts.opened).toBe(0)
  })
})
