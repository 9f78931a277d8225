import { beforeEach, describe, expect, it } from 'vitest'
import { parseAccountId } from '../../principals/identifiers.ts'
import type { UseStore } from './conformance.ts'
import { ACCOUNT_ID, createAccount, createOidcProvider, OTHER_ACCOUNT_ID } from './records.ts'

const PROVIDER = createOidcProvider('idp.example.org/a')
const FULL = createOidcProvider('idp.example.org/a', {
  clientIds: ['one', 'zwei 🐳'],
  thumbprints: ['A'.repeat(40)],
  tags: [{ key: 'Team', value: '' }],
  inlineJwks: '{ "keys": [] }',
  contextProvider: {
    subjectSourceKey: 'sub',
    subjectTypeValue: 'workload',
    subjectTypeSourceKey: null,
    keyDefinitions: [
      { sourceKey: 'a b', targetKey: 'c' },
      { sourceKey: 'd', targetKey: null },
    ],
  },
  createdAtMs: 7,
})
const MISSING = { name: 'StoreError', reason: 'missing' }

/** What a store owes to OIDC providers. */
export function testOidcProviders(useStore: UseStore): void {
  describe('OIDC providers', () => {
    beforeEach(async () => {
      await useStore().createAccount(createAccount(ACCOUNT_ID))
      await useStore().createAccount(createAccount(OTHER_ACCOUNT_ID))
    })

    it.each([
      ['everything', FULL],
      ['as little as possible', { ...PROVIDER, clientIds: [] }],
    ])('gives back what was created, with %s', async (_, provider) => {
      const store = useStore()
      await store.createOidcProvider(provider)
      expect(await store.findOidcProvider(ACCOUNT_ID, provider.arn)).toEqual(provider)
      expect(await store.findOidcProvider(OTHER_ACCOUNT_ID, provider.arn)).toBeNull()
      expect(await store.findOidcProvider(ACCOUNT_ID, `${provider.arn}x`)).toBeNull()
    })

    it.each([
      ['ARN', { ...PROVIDER, url: 'https://other.example.org' }],
      ['URL', { ...PROVIDER, arn: `${PROVIDER.arn}x` }],
    ])('refuses a taken %s, but not that of another account', async (_, provider) => {
      const store = useStore()
      await store.createOidcProvider(PROVIDER)
      await expect(store.createOidcProvider(provider)).rejects.toMatchObject({
        name: 'StoreError',
        reason: 'exists',
      })
      await store.createOidcProvider({ ...provider, accountId: OTHER_ACCOUNT_ID })
      expect(await store.listOidcProviders(ACCOUNT_ID)).toEqual([PROVIDER])
    })

    it('refuses a provider of an account that does not exist', async () => {
      const accountId = parseAccountId('999999999999')
      await expect(useStore().createOidcProvider({ ...PROVIDER, accountId })).rejects.toMatchObject(
        MISSING,
      )
    })

    it('lists by ARN', async () => {
      const store = useStore()
      for (const host of ['c', 'a', 'b']) await store.createOidcProvider(createOidcProvider(host))
      const urls = (await store.listOidcProviders(ACCOUNT_ID)).map(({ url }) => url)
      expect(urls).toEqual(['https://a', 'https://b', 'https://c'])
      expect(await store.listOidcProviders(OTHER_ACCOUNT_ID)).toEqual([])
    })

    it('saves everything but account, ARN and URL', async () => {
      const store = useStore()
      await store.createOidcProvider(PROVIDER)
      await store.saveOidcProvider({ ...FULL, url: 'https://ignored' })
      expect(await store.findOidcProvider(ACCOUNT_ID, PROVIDER.arn)).toEqual(FULL)
      await store.saveOidcProvider(PROVIDER)
      expect(await store.findOidcProvider(ACCOUNT_ID, PROVIDER.arn)).toEqual(PROVIDER)
    })

    it('deletes a provider, and no other', async () => {
      const store = useStore()
      await store.createOidcProvider(PROVIDER)
      await store.createOidcProvider(createOidcProvider('other'))
      await store.deleteOidcProvider(ACCOUNT_ID, PROVIDER.arn)
      expect(await store.listOidcProviders(ACCOUNT_ID)).toEqual([createOidcProvider('other')])
    })

    it('says that a provider is missing', async () => {
      const store = useStore()
      await store.createOidcProvider(PROVIDER)
      for (const write of [
        () => store.saveOidcProvider(createOidcProvider('other')),
        () => store.deleteOidcProvider(ACCOUNT_ID, `${PROVIDER.arn}x`),
        () => store.deleteOidcProvider(OTHER_ACCOUNT_ID, PROVIDER.arn),
      ]) {
        await expect(write()).rejects.toMatchObject(MISSING)
      }
    })
  })
}
