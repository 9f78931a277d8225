import { describe, expect, it } from 'vitest'
import {
  account,
  createAccount,
  createParts,
  createRequest,
  expectRefusal,
  NOW_MS,
  STS_DISABLED,
  toIssuerId,
} from '../../test/support/issuer-parts.ts'
import type { SigningAlgorithm } from '../principals/algorithms.ts'
import type { Signer } from '../signers/signer.ts'
import { createIssuer } from './create-issuer.ts'

describe('memory of an issuer', () => {
  it('issues tokens and serves documents without the store once they are loaded', async () => {
    const { issuer, store, counts } = createParts()
    const { issuerUrl } = await issuer.enableFederation(account, NOW_MS)
    const algorithms: SigningAlgorithm[] = ['RS256', 'ES384']
    for (const algorithm of algorithms) await issuer.issueToken(createRequest({ algorithm }))
    await issuer.findDocuments(toIssuerId(issuerUrl))

    store.isDown = true
    store.calls.length = 0
    for (const algorithm of algorithms) await issuer.issueToken(createRequest({ algorithm }))
    expect(await issuer.findDocuments(toIssuerId(issuerUrl))).not.toBeNull()
    expect(store.calls).toEqual([])
    expect(counts.opened).toBe(2)
  })

  it('loads and opens once for many requests at once', async () => {
    const { options, store, counts } = createParts()
    await createIssuer(options).enableFederation(account, NOW_MS)
    store.calls.length = 0
    const issuer = createIssuer(options)
    await Promise.all(Array.from({ length: 20 }, () => issuer.issueToken(createRequest())))
    expect(store.calls).toEqual(['findFederation', 'listIssuerKeys'])
    expect(counts.opened).toBe(1)
  })

  it('follows a change by another process when it is told of it', async () => {
    const { issuer, options } = createParts()
    const other = createIssuer(options)
    await expectRefusal(issuer.issueToken(createRequest()), STS_DISABLED)
    await other.enableFederation(account, NOW_MS)
    issuer.invalidate([`federation:${account.id}`])
    await issuer.issueToken(createRequest())
    await other.disableFederation(account, NOW_MS)
    issuer.invalidate([`federation:${account.id}`])
    await expectRefusal(issuer.issueToken(createRequest()), STS_DISABLED)
  })

  it('does not issue from what was known before a change while the store is down', async () => {
    const { issuer, store } = createParts()
    await issuer.enableFederation(account, NOW_MS)
    await issuer.issueToken(createRequest())
    store.isDown = true
    issuer.invalidate([`federation:${account.id}`])
    await expect(issuer.issueToken(createRequest())).rejects.toThrow('the store is down')
    store.isDown = false
    await issuer.issueToken(createRequest())
  })

  it('tries again to open a key that did not open', async () => {
    const { options } = createParts()
    let failures = 1
    const flaky: Signer = {
      ...options.signer,
      openKey: (...key) =>
        failures-- > 0 ? Promise.reject(new Error('no HSM')) : options.signer.openKey(...key),
    }
    const issuer = createIssuer({ ...options, signer: flaky })
    await issuer.enableFederation(account, NOW_MS)
    await expect(issuer.issueToken(createRequest())).rejects.toThrow('no HSM')
    await issuer.issueToken(createRequest())
  })

  it('reports an account whose keys are gone as a defect', async () => {
    const { issuer, store } = createParts()
    await issuer.enableFederation(account, NOW_MS)
    store.keys.length = 0
    await expect(issuer.issueToken(createRequest())).rejects.toThrow(
      'account 123456789012 has no active key for ES384',
    )
  })

  it('looks an unknown issuer up once, until it is made', async () => {
    const { issuer, store } = createParts()
    const unknownId = '00000000-0000-4000-8000-000000000000'
    expect(await issuer.findDocuments(unknownId)).toBeNull()
    expect(await issuer.findDocuments(unknownId)).toBeNull()
    expect(store.calls).toEqual(['findFederationByIssuerId'])
    issuer.invalidate([`federation:${account.id}`, 'issuer:00000000-0000-4000-8000-000000000001'])
    expect(await issuer.findDocuments(unknownId)).toBeNull()
    expect(store.calls).toHaveLength(1)
    for (const topic of [`issuer:${unknownId}`, '*']) {
      store.calls.length = 0
      issuer.invalidate([topic])
      expect(await issuer.findDocuments(unknownId)).toBeNull()
      expect(store.calls).toHaveLength(1)
    }
  })

  it('is bounded for unknown issuers, and they drive out no known one', async () => {
    const { issuer, store } = createParts({ maxCachedAccounts: 2 })
    const { issuerUrl } = await issuer.enableFederation(account, NOW_MS)
    await issuer.findDocuments(toIssuerId(issuerUrl))
    for (const id of ['a', 'b', 'c']) await issuer.findDocuments(id)
    store.calls.length = 0
    await issuer.findDocuments(toIssuerId(issuerUrl))
    await issuer.findDocuments('c')
    expect(store.calls).toEqual([])
    await issuer.findDocuments('a')
    expect(store.calls).toEqual(['findFederationByIssuerId'])
  })

  it('closes the keys of what it forgets: after a change, for want of room, at the end', async () => {
    const { issuer, counts } = createParts({ maxCachedAccounts: 2 })
    const [first, second, third] = ['000000000001', '000000000002', '000000000003'].map(
      createAccount,
    )
    if (!first || !second || !third) throw new Error('no accounts')
    for (const each of [first, second, third]) await issuer.enableFederation(each, NOW_MS)
    const issue = async (owner: typeof first, algorithm: SigningAlgorithm): Promise<number> => {
      await issuer.issueToken(createRequest({ account: owner, algorithm }))
      return counts.closed
    }
    await issue(first, 'RS256')
    expect(await issue(first, 'ES384')).toBe(0)
    issuer.invalidate([`federation:${first.id}`])
    await Promise.resolve()
    expect(counts.closed).toBe(2)
    await issue(first, 'ES384')
    await issue(second, 'ES384')
    expect(await issue(third, 'ES384')).toBe(3)
    issuer.close()
    await Promise.resolve()
    expect(counts.closed).toBe(5)
    expect(counts.opened).toBe(5)
    expect(await issue(third, 'ES384')).toBe(5)
  })

  it('is bounded for accounts', async () => {
    const { issuer, store } = createParts({ maxCachedAccounts: 2 })
    const accounts = ['000000000001', '000000000002', '000000000003'].map(createAccount)
    for (const each of accounts) await issuer.enableFederation(each, NOW_MS)
    for (const each of accounts) await issuer.issueToken(createRequest({ account: each }))
    store.calls.length = 0
    for (const each of accounts.slice(1)) await issuer.issueToken(createRequest({ account: each }))
    expect(store.calls).toEqual([])
    for (const each of accounts.slice(0, 1))
      await issuer.issueToken(createRequest({ account: each }))
    expect(store.calls).toEqual(['findFederation', 'listIssuerKeys'])
  })
})
