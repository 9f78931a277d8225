import {
  GetCallerIdentityCommand,
  GetWebIdentityTokenCommand,
  STSClient,
} from '@aws-sdk/client-sts'
import { createVerifier } from '@credence/verify'
import { describe, expect, it } from 'vitest'
import { startCredence, type TestCredence } from '../../src/testing/index.ts'

const AUDIENCE = 'https://orders.example.com'
const TOKEN = new GetWebIdentityTokenCommand({ Audience: [AUDIENCE], SigningAlgorithm: 'ES384' })

const createSts = (credence: TestCredence, maxAttempts: number) =>
  new STSClient({ ...credence.clientConfig(), maxAttempts })

describe('calls', () => {
  it.each([
    ['Throttling', 400],
    ['InternalFailure', 500],
    ['ServiceUnavailable', 503],
  ] as const)('fail with %s', async (code, httpStatusCode) => {
    await using credence = await startCredence()
    credence.failures.failCalls({ code })
    await expect(createSts(credence, 1).send(TOKEN)).rejects.toMatchObject({
      name: code,
      $metadata: { httpStatusCode },
    })
    await createSts(credence, 1).send(TOKEN)
  })

  it('fail as often as asked for, and only those', async () => {
    await using credence = await startCredence()
    credence.failures.failCalls({ action: 'GetWebIdentityToken', code: 'Throttling', times: 2 })
    const sts = createSts(credence, 3)
    await sts.send(new GetCallerIdentityCommand())
    const { $metadata } = await sts.send(TOKEN)
    expect($metadata.attempts).toBe(3)
    // What never got in is on no record.
    expect(credence.audit.events('GetWebIdentityToken')).toHaveLength(1)
  })

  it('fail until they are set right', async () => {
    await using credence = await startCredence()
    credence.failures.failCalls({ code: 'InternalFailure', times: Number.POSITIVE_INFINITY })
    const sts = createSts(credence, 1)
    for (let count = 0; count < 3; count += 1) await expect(sts.send(TOKEN)).rejects.toThrow()
    // The kit's own calls go through all the same.
    await credence.token({ audience: AUDIENCE })
    credence.failures.clear()
    await sts.send(TOKEN)
  })

  it('are answered late', async () => {
    await using credence = await startCredence()
    credence.failures.delayCalls({ delayMs: 5, action: 'GetWebIdentityToken' })
    await createSts(credence, 1).send(TOKEN)
  })

  it('are answered when the server stops', async () => {
    const credence = await startCredence()
    credence.failures.delayCalls({ delayMs: Number.POSITIVE_INFINITY })
    const call = createSts(credence, 1).send(TOKEN)
    const outcome = call.then(
      () => 'answered',
      () => 'dropped',
    )
    await credence.stop()
    expect(['answered', 'dropped']).toContain(await outcome)
  })
})

describe('documents', () => {
  const verify = async (credence: TestCredence) => {
    const token = await credence.token({ audience: AUDIENCE })
    const issuers = [credence.trustedIssuer] as const
    return createVerifier({ issuers, audience: AUDIENCE }).verify(token)
  }

  it.each(['discovery', 'jwks'] as const)('fail: %s', async document => {
    await using credence = await startCredence()
    credence.failures.failDocuments({ document })
    await expect(verify(credence)).rejects.toMatchObject({ code: 'keys_unavailable' })
    await verify(credence)
  })

  it('fail with the status asked for', async () => {
    await using credence = await startCredence()
    credence.failures.failDocuments({ status: 429 })
    const { status } = await fetch(`${credence.issuerUrl}/.well-known/jwks.json`)
    expect(status).toBe(429)
  })

  it.each(['no JSON', '{"keys":[]}', '{}'])('are replaced: %s', async text => {
    await using credence = await startCredence()
    credence.failures.replaceDocuments({ document: 'jwks', text })
    const code = text === '{"keys":[]}' ? 'key_unknown' : 'keys_unavailable'
    await expect(verify(credence)).rejects.toMatchObject({ code })
    await verify(credence)
  })

  it('come late', async () => {
    await using credence = await startCredence()
    credence.failures.delayDocuments({ delayMs: Number.POSITIVE_INFINITY, document: 'jwks' })
    const token = await credence.token({ audience: AUDIENCE })
    const verifier = createVerifier({
      issuers: [credence.trustedIssuer],
      audience: AUDIENCE,
      fetchTimeoutMs: 20,
    })
    await expect(verifier.verify(token)).rejects.toMatchObject({ code: 'keys_unavailable' })
  })
})

describe('the parts behind', () => {
  it('a store that is down stops new principals, and no known ones', async () => {
    await using credence = await startCredence()
    const sts = createSts(credence, 1)
    const alice = await credence.createUser('alice')
    await sts.send(TOKEN)
    credence.failures.isStoreDown = true
    await sts.send(TOKEN)
    await expect(alice.token({ audience: AUDIENCE })).rejects.toMatchObject({
      code: 'ServiceUnavailable',
    })
    expect((await fetch(`${credence.endpoint}/readyz`)).status).toBe(503)
    expect(credence.log).toContainEqual(expect.objectContaining({ level: 'error' }))
    credence.failures.isStoreDown = false
    await alice.token({ audience: AUDIENCE })
  })

  it('no token without a record of it', async () => {
    await using credence = await startCredence()
    credence.failures.isAuditDown = true
    await expect(createSts(credence, 1).send(TOKEN)).rejects.toMatchObject({
      name: 'ServiceUnavailable',
    })
    credence.failures.clear()
    await createSts(credence, 1).send(TOKEN)
  })

  it('a switch of federation has effect after a while', async () => {
    await using credence = await startCredence({ propagationDelaySeconds: 60 })
    await credence.token({ audience: AUDIENCE })
    await credence.apply({ accounts: [{ id: credence.accountId, federation: 'disabled' }] })
    credence.clock.advance({ seconds: 50 })
    await credence.token({ audience: AUDIENCE })
    credence.clock.advance({ seconds: 10 })
    await expect(credence.token({ audience: AUDIENCE })).rejects.toMatchObject({
      code: 'OutboundWebIdentityFederationDisabledException',
    })
  })
})

describe('what makes no sense', () => {
  it('is refused at once', async () => {
    await using credence = await startCredence()
    const { failures } = credence
    const wrongCode: string = 'Teapot'
    expect(() => Reflect.apply(failures.failCalls, failures, [{ code: wrongCode }])).toThrow(
      'a call can fail with Throttling, InternalFailure, ServiceUnavailable',
    )
    for (const times of [0, -1, 1.5, Number.NaN]) {
      expect(() => failures.failCalls({ code: 'Throttling', times })).toThrow('times is')
    }
    for (const delayMs of [-1, Number.NaN]) {
      expect(() => failures.delayCalls({ delayMs })).toThrow('delayMs is')
      expect(() => failures.delayDocuments({ delayMs })).toThrow('delayMs is')
    }
    for (const status of [200, 399, 600, 503.5]) {
      expect(() => failures.failDocuments({ status })).toThrow('400 to 599')
    }
  })
})
