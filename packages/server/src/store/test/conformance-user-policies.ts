import { beforeEach, describe, expect, it } from 'vitest'
import type { UseStore } from './conformance.ts'
import { ACCOUNT_ID, createAccount, createUser, createUserId, OTHER_ACCOUNT_ID } from './records.ts'

const USER_ID = createUserId(1)

/** What a store owes to inline policies of users. */
export function describeUserPolicies(useStore: UseStore): void {
  describe('user policies', () => {
    beforeEach(async () => {
      await useStore().createAccount(createAccount(ACCOUNT_ID))
      await useStore().createUser(createUser(1))
      await useStore().createUser(createUser(2))
    })

    it('keeps the document to the last byte and lists by name', async () => {
      const store = useStore()
      const documents = [
        { name: 'b', document: '{ "Version":\n\t"2012-10-17" }  ' },
        { name: 'A', document: '{"Id":"🐳\\u0000"}' },
      ]
      for (const policy of documents) await store.saveUserPolicy(ACCOUNT_ID, USER_ID, policy)
      expect(await store.listUserPolicies(ACCOUNT_ID, USER_ID)).toEqual([...documents].reverse())
      expect(await store.listUserPolicies(ACCOUNT_ID, createUserId(2))).toEqual([])
    })

    it('replaces a policy of the same name, also in another case', async () => {
      const store = useStore()
      await store.saveUserPolicy(ACCOUNT_ID, USER_ID, { name: 'Edge', document: '1' })
      await store.saveUserPolicy(ACCOUNT_ID, USER_ID, { name: 'Edge', document: '2' })
      await store.saveUserPolicy(ACCOUNT_ID, USER_ID, { name: 'edge', document: '3' })
      expect(await store.listUserPolicies(ACCOUNT_ID, USER_ID)).toEqual([
        { name: 'edge', document: '3' },
      ])
    })

    it('deletes a policy by its name, in any case, and only that one', async () => {
      const store = useStore()
      for (const name of ['Edge', 'other']) {
        await store.saveUserPolicy(ACCOUNT_ID, USER_ID, { name, document: '{}' })
      }
      await store.deleteUserPolicy(ACCOUNT_ID, USER_ID, 'EDGE')
      expect(await store.listUserPolicies(ACCOUNT_ID, USER_ID)).toEqual([
        { name: 'other', document: '{}' },
      ])
    })

    it('says that a user or a policy is missing', async () => {
      const store = useStore()
      const policy = { name: 'p', document: '{}' }
      const missing = { name: 'StoreError', reason: 'missing' }
      await store.saveUserPolicy(ACCOUNT_ID, USER_ID, policy)
      await expect(store.saveUserPolicy(ACCOUNT_ID, createUserId(3), policy)).rejects.toMatchObject(
        missing,
      )
      await expect(store.saveUserPolicy(OTHER_ACCOUNT_ID, USER_ID, policy)).rejects.toMatchObject(
        missing,
      )
      await expect(store.deleteUserPolicy(ACCOUNT_ID, USER_ID, 'q')).rejects.toMatchObject(missing)
      await expect(store.deleteUserPolicy(ACCOUNT_ID, createUserId(2), 'p')).rejects.toMatchObject(
        missing,
      )
    })
  })
}
