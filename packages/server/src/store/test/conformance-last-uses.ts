import { beforeEach, describe, expect, it } from 'vitest'
import type { AccountId } from '../../principals/identifiers.ts'
import type { LastUse } from '../iam-ports.ts'
import type { UseStore } from './conformance.ts'
import { ACCOUNT_ID, createAccount, createKey, createKeyId, createRole } from './records.ts'

const USE: LastUse = { usedAtMs: 1_000, region: 'eu-west-1', service: 'sts' }

/** What a store owes to last uses of access keys and roles. */
export function testLastUses(useStore: UseStore): void {
  describe('last uses', () => {
    beforeEach(async () => {
      await useStore().createAccount(createAccount(ACCOUNT_ID))
      for (const number of [1, 2]) await useStore().createAccessKey(createKey(number))
    })

    it('keeps a use for each key', async () => {
      const store = useStore()
      const other = { usedAtMs: 2_000, region: 'us-east-1', service: 'iam' }
      await store.saveAccessKeyUses(
        new Map([
          [createKeyId(1), USE],
          [createKeyId(2), other],
        ]),
      )
      expect(await store.findAccessKeyUse(createKeyId(1))).toEqual(USE)
      expect(await store.findAccessKeyUse(createKeyId(2))).toEqual(other)
      expect(await store.findAccessKeyUse(createKeyId(3))).toBeNull()
    })

    it.each([
      { usedAtMs: 999, kept: 'first' },
      { usedAtMs: 1_000, kept: 'first' },
      { usedAtMs: 1_001, kept: 'second' },
    ])('keeps the newer of two: $kept', async ({ usedAtMs, kept }) => {
      const store = useStore()
      await store.saveAccessKeyUses(new Map([[createKeyId(1), { ...USE, service: 'first' }]]))
      await store.saveAccessKeyUses(
        new Map([[createKeyId(1), { ...USE, usedAtMs, service: 'second' }]]),
      )
      expect((await store.findAccessKeyUse(createKeyId(1)))?.service).toBe(kept)
    })

    it('passes over keys that are gone, and forgets the use with the key', async () => {
      const store = useStore()
      const uses = new Map([1, 2, 3].map(number => [createKeyId(number), USE]))
      await store.saveAccessKeyUses(uses)
      await store.deleteAccessKey(createKeyId(2))
      await store.saveAccessKeyUses(uses)
      const found = await Promise.all([1, 2, 3].map(n => store.findAccessKeyUse(createKeyId(n))))
      expect(found).toEqual([USE, null, null])
      await store.saveAccessKeyUses(new Map())
    })

    it('saves many at once, and tells nobody who caches', async () => {
      const store = useStore()
      await store.takeChangedTopics()
      const uses = new Map(Array.from({ length: 1_234 }, (_, n) => [createKeyId(2_000 - n), USE]))
      uses.set(createKeyId(1), USE)
      await store.saveAccessKeyUses(uses)
      expect(await store.findAccessKeyUse(createKeyId(1))).toEqual(USE)
      expect(await store.takeChangedTopics()).toEqual([])
    })

    it('keeps the newest use for each role, and forgets it with the role', async () => {
      const store = useStore()
      const [one, two, gone] = [createRole(1), createRole(2), createRole(3)]
      for (const role of [one, two]) await store.createRole(role)
      const use = (usedAtMs: number, region = 'eu-west-1') => ({
        accountId: ACCOUNT_ID,
        usedAtMs,
        region,
      })
      await store.saveRoleUses(
        new Map([
          [one.id, use(1_000)],
          [two.id, use(1_000)],
          [gone.id, use(1_000)],
        ]),
      )
      await store.saveRoleUses(
        new Map([
          [one.id, use(999, 'us-east-1')],
          [two.id, use(1_001, 'us-east-1')],
        ]),
      )
      const find = () =>
        Promise.all([one, two, gone].map(role => store.findRoleUse(ACCOUNT_ID, role.id)))
      expect(await find()).toEqual([use(1_000), use(1_001, 'us-east-1'), null])
      await store.deleteRole(ACCOUNT_ID, one.id)
      expect((await find())[0]).toBeNull()
      await store.saveRoleUses(new Map())
    })

    it('passes over the use of a role by the id of another account', async () => {
      const store = useStore()
      const role = createRole(1)
      await store.createRole(role)
      const use = { accountId: '222222222222' as AccountId, usedAtMs: 1, region: 'eu-west-1' }
      await store.saveRoleUses(new Map([[role.id, use]]))
      expect(await store.findRoleUse(ACCOUNT_ID, role.id)).toBeNull()
    })
  })
}
