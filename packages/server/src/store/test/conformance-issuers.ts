import { beforeEach, describe, expect, it } from 'vitest'
import { parseAccountId } from '../../principals/identifiers.ts'
import { type IssuerKey, StoreError } from '../ports.ts'
import type { UseStore } from './conformance.ts'
import {
  ACCOUNT_ID,
  createAccount,
  createFederation,
  createIssuerKey,
  OTHER_ACCOUNT_ID,
} from './records.ts'

const OTHER_ISSUER_ID = '99999999-2222-4333-8444-555555555555'

const spreadBytes = ({ handle, binding, ...key }: IssuerKey) => ({
  ...key,
  handle: handle && [...handle],
  binding: binding && [...binding],
})

/** What a store owes to issuers. */
export function testIssuers(useStore: UseStore): void {
  describe('issuers', () => {
    beforeEach(async () => {
      await useStore().createAccount(createAccount(ACCOUNT_ID))
      await useStore().createAccount(createAccount(OTHER_ACCOUNT_ID))
    })

    it('gives back federation and keys, to the last member', async () => {
      const store = useStore()
      const keys = [
        createIssuerKey('rsa', {
          algorithm: 'RS256',
          publicJwk: { kty: 'RSA', n: 'modulus', e: 'AQAB' },
        }),
        createIssuerKey('ec', { createdAtMs: 6_000 }),
      ]
      await store.createFederation(createFederation(), keys)
      expect(await store.findFederation(ACCOUNT_ID)).toEqual(createFederation())
      expect(await store.findFederationByIssuerId(createFederation().issuerId)).toEqual(
        createFederation(),
      )
      const found = await store.listIssuerKeys(ACCOUNT_ID)
      expect(found.map(spreadBytes)).toEqual(keys.map(spreadBytes))
    })

    it('finds nothing where nothing is', async () => {
      const store = useStore()
      await store.createFederation(createFederation(), [createIssuerKey('a')])
      expect(await store.findFederation(OTHER_ACCOUNT_ID)).toBeNull()
      expect(await store.findFederationByIssuerId(OTHER_ISSUER_ID)).toBeNull()
      expect(await store.listIssuerKeys(OTHER_ACCOUNT_ID)).toEqual([])
    })

    it('lists keys oldest first', async () => {
      const store = useStore()
      await store.createFederation(createFederation(), [
        createIssuerKey('c', { generation: 2, createdAtMs: 30 }),
        createIssuerKey('a', { state: 'retiring', generation: 0, createdAtMs: 10 }),
        createIssuerKey('b', { state: 'retiring', generation: 1, createdAtMs: 20 }),
      ])
      const keys = await store.listIssuerKeys(ACCOUNT_ID)
      expect(keys.map(key => key.thumbprint)).toEqual(['a', 'b', 'c'])
    })

    it('never writes more of a public key than its public members', async () => {
      const store = useStore()
      const careless = { kty: 'EC', crv: 'P-384', x: 'x', y: 'y', d: 'private' } as const
      await store.createFederation(createFederation(), [
        createIssuerKey('a', { publicJwk: careless }),
      ])
      const [key] = await store.listIssuerKeys(ACCOUNT_ID)
      expect(key?.publicJwk).toEqual({ kty: 'EC', crv: 'P-384', x: 'x', y: 'y' })
    })

    it.each([
      ['account', createFederation({ issuerId: OTHER_ISSUER_ID }), 'b', ACCOUNT_ID],
      ['issuer id', createFederation({ accountId: OTHER_ACCOUNT_ID }), 'b', OTHER_ACCOUNT_ID],
      [
        'key',
        createFederation({ accountId: OTHER_ACCOUNT_ID, issuerId: OTHER_ISSUER_ID }),
        'a',
        OTHER_ACCOUNT_ID,
      ],
    ])(
      'refuses a taken %s and writes nothing of it',
      async (_, federation, thumbprint, accountId) => {
        const store = useStore()
        await store.createFederation(createFederation(), [createIssuerKey('a')])
        await expect(
          store.createFederation(federation, [createIssuerKey(thumbprint, { accountId })]),
        ).rejects.toMatchObject({ name: 'StoreError', reason: 'exists' })
        expect(await store.findFederation(OTHER_ACCOUNT_ID)).toBeNull()
        expect(await store.findFederation(ACCOUNT_ID)).toEqual(createFederation())
        expect(await store.listIssuerKeys(ACCOUNT_ID)).toHaveLength(1)
      },
    )

    it('refuses a key of another account', async () => {
      const store = useStore()
      const key = createIssuerKey('a', { accountId: OTHER_ACCOUNT_ID })
      await expect(store.createFederation(createFederation(), [key])).rejects.toThrow(RangeError)
      expect(await store.findFederation(ACCOUNT_ID)).toBeNull()
    })

    it('is first enabled by exactly one of many at once', async () => {
      const store = useStore()
      const outcomes = await Promise.allSettled(
        ['1', '2', '3', '4'].map(digit =>
          store.createFederation(
            createFederation({ issuerId: OTHER_ISSUER_ID.replace('9', digit) }),
            [createIssuerKey(digit)],
          ),
        ),
      )
      expect(outcomes.filter(outcome => outcome.status === 'fulfilled')).toHaveLength(1)
      expect(await store.listIssuerKeys(ACCOUNT_ID)).toHaveLength(1)
    })

    it('is switched off by exactly one of many at once; the others hear of the conflict', async () => {
      const store = useStore()
      await store.createFederation(createFederation(), [])
      const outcomes = await Promise.allSettled(
        [11, 12, 13, 14].map(nowMs => store.saveFederationEnabled(ACCOUNT_ID, false, nowMs)),
      )
      const reasons = outcomes.map(outcome =>
        outcome.status === 'rejected' && outcome.reason instanceof StoreError
          ? outcome.reason.reason
          : outcome.status,
      )
      expect(reasons.sort()).toEqual(['conflict', 'conflict', 'conflict', 'fulfilled'])
      const winner = outcomes.findIndex(outcome => outcome.status === 'fulfilled')
      expect(await store.findFederation(ACCOUNT_ID)).toEqual(
        createFederation({
          enabled: false,
          changedAtMs: 11 + winner,
          previousChangeAtMs: createFederation().changedAtMs,
        }),
      )
    })

    it('goes off and on again with the same issuer id and keys', async () => {
      const store = useStore()
      await store.createFederation(createFederation(), [createIssuerKey('a')])
      await store.saveFederationEnabled(ACCOUNT_ID, false, 10)
      await store.saveFederationEnabled(ACCOUNT_ID, true, 20)
      const expected = createFederation({ changedAtMs: 20, previousChangeAtMs: 10 })
      expect(await store.findFederation(ACCOUNT_ID)).toEqual(expected)
      expect(await store.listIssuerKeys(ACCOUNT_ID)).toHaveLength(1)
    })

    it('keeps the name that an account signs as', async () => {
      const store = useStore()
      await store.createFederation(createFederation({ signAs: 'https://a.example' }), [])
      expect((await store.findFederation(ACCOUNT_ID))?.signAs).toBe('https://a.example')
      await store.saveSignAs(ACCOUNT_ID, 'https://{id}.b.example')
      expect(await store.findFederation(ACCOUNT_ID)).toEqual(
        createFederation({ signAs: 'https://{id}.b.example' }),
      )
      await store.saveSignAs(ACCOUNT_ID, null)
      expect(await store.findFederation(ACCOUNT_ID)).toEqual(createFederation())
      await expect(store.saveSignAs(OTHER_ACCOUNT_ID, null)).rejects.toMatchObject({
        name: 'StoreError',
        reason: 'missing',
      })
    })

    it('says conflict for the value it has, missing for an account without an issuer', async () => {
      const store = useStore()
      await store.createFederation(createFederation(), [])
      await expect(store.saveFederationEnabled(ACCOUNT_ID, true, 10)).rejects.toMatchObject({
        name: 'StoreError',
        reason: 'conflict',
      })
      await expect(store.saveFederationEnabled(OTHER_ACCOUNT_ID, true, 10)).rejects.toMatchObject({
        name: 'StoreError',
        reason: 'missing',
      })
      expect(await store.findFederation(ACCOUNT_ID)).toEqual(createFederation())
    })

    it('refuses an issuer of an account that does not exist', async () => {
      const accountId = parseAccountId('999999999999')
      await expect(
        useStore().createFederation(createFederation({ accountId }), []),
      ).rejects.toMatchObject({ name: 'StoreError', reason: 'missing' })
    })
  })
}
