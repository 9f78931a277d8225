import { describe, expect, it } from 'vitest'
import { parseAccountId } from '../../principals/identifiers.ts'
import type { UseStore } from './conformance.ts'
import { ACCOUNT_ID, createAccount, OTHER_ACCOUNT_ID } from './records.ts'

const PLACEMENT = {
  organizationId: 'o-abcdefghij',
  path: ['r-ab12', 'ou-ab12-11111111'],
  isManagementAccount: true,
}

/** What a store owes to accounts. */
export function testAccounts(useStore: UseStore): void {
  describe('accounts', () => {
    it('gives back what was created, to the last member', async () => {
      const store = useStore()
      const plain = createAccount(OTHER_ACCOUNT_ID)
      const placed = { ...createAccount(ACCOUNT_ID), name: 'Prüfung 🐳', organization: PLACEMENT }
      await store.createAccount(plain)
      await store.createAccount(placed)
      expect(await store.findAccount(OTHER_ACCOUNT_ID)).toEqual(plain)
      expect(await store.findAccount(ACCOUNT_ID)).toEqual(placed)
    })

    it('keeps times beyond 32 bits', async () => {
      const store = useStore()
      const account = { ...createAccount(ACCOUNT_ID), createdAtMs: 253_402_300_799_999 }
      await store.createAccount(account)
      expect(await store.findAccount(ACCOUNT_ID)).toEqual(account)
    })

    it('finds nothing where nothing is', async () => {
      expect(await useStore().findAccount(ACCOUNT_ID)).toBeNull()
    })

    it('refuses an id that is taken and leaves the first as it was', async () => {
      const store = useStore()
      await store.createAccount(createAccount(ACCOUNT_ID))
      await expect(
        store.createAccount({ ...createAccount(ACCOUNT_ID), name: 'second' }),
      ).rejects.toMatchObject({
        name: 'StoreError',
        reason: 'exists',
        message: 'Account 123456789012 already exists.',
      })
      expect(await store.findAccount(ACCOUNT_ID)).toEqual(createAccount(ACCOUNT_ID))
    })

    it('moves an account in, within and out of an organization', async () => {
      const store = useStore()
      await store.createAccount(createAccount(ACCOUNT_ID))
      for (const organization of [PLACEMENT, { ...PLACEMENT, path: [] }, null]) {
        await store.placeAccount(ACCOUNT_ID, organization)
        expect((await store.findAccount(ACCOUNT_ID))?.organization).toEqual(organization)
      }
    })

    it('does not place an account that does not exist', async () => {
      await expect(useStore().placeAccount(ACCOUNT_ID, PLACEMENT)).rejects.toMatchObject({
        name: 'StoreError',
        reason: 'missing',
      })
    })

    it('lists by id, page by page', async () => {
      const store = useStore()
      const ids = [5, 3, 9, 1, 7].map(number => parseAccountId(String(number).padStart(12, '0')))
      for (const id of ids) await store.createAccount(createAccount(id))
      const first = await store.listAccounts({ marker: null, maxItems: 2 })
      const second = await store.listAccounts({ marker: first.nextMarker, maxItems: 2 })
      const third = await store.listAccounts({ marker: second.nextMarker, maxItems: 2 })
      expect([first, second, third].map(page => page.items.map(account => account.id))).toEqual([
        ['000000000001', '000000000003'],
        ['000000000005', '000000000007'],
        ['000000000009'],
      ])
      expect(third.nextMarker).toBeNull()
    })
  })
}
