import { beforeEach, describe, expect, it } from 'vitest'
import { parseAccountId } from '../../principals/identifiers.ts'
import type { UseStore } from './conformance.ts'
import {
  ACCOUNT_ID,
  createAccount,
  createKey,
  createKeyId,
  createUser,
  createUserId,
  OTHER_ACCOUNT_ID,
} from './records.ts'

const USER_ID = createUserId(1)

/** What a store owes to access keys. */
export function testAccessKeys(useStore: UseStore): void {
  describe('access keys', () => {
    beforeEach(async () => {
      await useStore().createAccount(createAccount(ACCOUNT_ID))
      await useStore().createAccount(createAccount(OTHER_ACCOUNT_ID))
      await useStore().createUser(createUser(1))
    })

    it('gives back keys of users and of roots, every byte of the secret', async () => {
      const store = useStore()
      const everyByte = Uint8Array.from({ length: 256 }, (_, index) => index)
      const keys = [createKey(1, { userId: USER_ID, sealedSecret: everyByte }), createKey(2)]
      for (const key of keys) {
        await store.createAccessKey(key)
        const found = await store.findAccessKey(key.id)
        expect(found).toMatchObject({ ...key, sealedSecret: expect.anything() })
        expect(Buffer.from(found?.sealedSecret ?? [])).toEqual(Buffer.from(key.sealedSecret))
      }
      expect(await store.findAccessKey(createKeyId(3))).toBeNull()
    })

    it('lists the keys of one user, or of the root, oldest first and without secrets', async () => {
      const store = useStore()
      await store.createAccessKey(createKey(1, { userId: USER_ID, createdAtMs: 20 }))
      await store.createAccessKey(createKey(2, { userId: USER_ID, createdAtMs: 10 }))
      await store.createAccessKey(createKey(3))
      await store.createAccessKey(createKey(4, { accountId: OTHER_ACCOUNT_ID }))
      const ofUser = await store.listAccessKeys(ACCOUNT_ID, USER_ID)
      expect(ofUser.map(key => key.id)).toEqual([createKeyId(2), createKeyId(1)])
      expect(Object.keys(ofUser[0] ?? {})).not.toContain('sealedSecret')
      const ofRoot = await store.listAccessKeys(ACCOUNT_ID, null)
      expect(ofRoot.map(key => key.id)).toEqual([createKeyId(3)])
      expect(await store.listAccessKeys(ACCOUNT_ID, createUserId(9))).toEqual([])
    })

    it('refuses an id that is taken, in whatever account', async () => {
      const store = useStore()
      await store.createAccessKey(createKey(1))
      await expect(
        store.createAccessKey(createKey(1, { accountId: OTHER_ACCOUNT_ID })),
      ).rejects.toMatchObject({ name: 'StoreError', reason: 'exists' })
      expect((await store.findAccessKey(createKeyId(1)))?.accountId).toBe(ACCOUNT_ID)
    })

    it('refuses a key of a user or an account that does not exist', async () => {
      const store = useStore()
      const strangers = [
        createKey(1, { userId: createUserId(9) }),
        createKey(1, { userId: USER_ID, accountId: OTHER_ACCOUNT_ID }),
        createKey(1, { accountId: parseAccountId('999999999999') }),
      ]
      for (const key of strangers) {
        await expect(store.createAccessKey(key)).rejects.toMatchObject({
          name: 'StoreError',
          reason: 'missing',
        })
      }
    })

    it('switches a key off and on, and deletes it', async () => {
      const store = useStore()
      await store.createAccessKey(createKey(1))
      await store.saveAccessKeyStatus(createKeyId(1), 'Inactive')
      expect((await store.findAccessKey(createKeyId(1)))?.status).toBe('Inactive')
      await store.saveAccessKeyStatus(createKeyId(1), 'Active')
      expect((await store.findAccessKey(createKeyId(1)))?.status).toBe('Active')
      await store.deleteAccessKey(createKeyId(1))
      expect(await store.findAccessKey(createKeyId(1))).toBeNull()
    })

    it('says that a key is missing', async () => {
      const store = useStore()
      const missing = { name: 'StoreError', reason: 'missing' }
      await expect(store.deleteAccessKey(createKeyId(1))).rejects.toMatchObject(missing)
      await expect(store.saveAccessKeyStatus(createKeyId(1), 'Active')).rejects.toMatchObject(
        missing,
      )
    })
  })
}
