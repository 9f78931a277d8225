import { beforeEach, describe, expect, it } from 'vitest'
import type { UseStore } from './conformance.ts'
import {
  ACCOUNT_ID,
  createAccount,
  createGroup,
  createGroupId,
  createRole,
  createRoleId,
  createUser,
  createUserId,
  OTHER_ACCOUNT_ID,
} from './records.ts'

const MISSING = { name: 'StoreError', reason: 'missing' }

/** What a store owes to inline policies, of users, groups and roles alike. */
export function testInlinePolicies(useStore: UseStore): void {
  describe.each([
    ['users', createUserId],
    ['groups', createGroupId],
    ['roles', createRoleId],
  ])('inline policies of %s', (_, createId) => {
    const id = createId(1)

    beforeEach(async () => {
      const store = useStore()
      await store.createAccount(createAccount(ACCOUNT_ID))
      for (const number of [1, 2]) {
        await store.createUser(createUser(number))
        await store.createGroup(createGroup(number))
        await store.createRole(createRole(number))
      }
    })

    it('keeps the document to the last byte and lists by name', async () => {
      const store = useStore()
      const documents = [
        { name: 'b', document: '{ "Version":\n\t"2012-10-17" }  ' },
        { name: 'A', document: '{"Id":"🐳\\u0000"}' },
      ]
      for (const policy of documents) await store.saveInlinePolicy(ACCOUNT_ID, id, policy)
      expect(await store.listInlinePolicies(ACCOUNT_ID, id)).toEqual([...documents].reverse())
      expect(await store.listInlinePolicies(ACCOUNT_ID, createId(2))).toEqual([])
    })

    it('replaces a policy of the same name, also in another case', async () => {
      const store = useStore()
      await store.saveInlinePolicy(ACCOUNT_ID, id, { name: 'Edge', document: '1' })
      await store.saveInlinePolicy(ACCOUNT_ID, id, { name: 'Edge', document: '2' })
      await store.saveInlinePolicy(ACCOUNT_ID, id, { name: 'edge', document: '3' })
      expect(await store.listInlinePolicies(ACCOUNT_ID, id)).toEqual([
        { name: 'edge', document: '3' },
      ])
    })

    it('deletes a policy by its name, in any case, and only that one', async () => {
      const store = useStore()
      for (const name of ['Edge', 'other']) {
        await store.saveInlinePolicy(ACCOUNT_ID, id, { name, document: '{}' })
        await store.saveInlinePolicy(ACCOUNT_ID, createId(2), { name, document: '{}' })
      }
      await store.deleteInlinePolicy(ACCOUNT_ID, id, 'EDGE')
      expect(await store.listInlinePolicies(ACCOUNT_ID, id)).toEqual([
        { name: 'other', document: '{}' },
      ])
      expect(await store.listInlinePolicies(ACCOUNT_ID, createId(2))).toHaveLength(2)
    })

    it('says that the principal or the policy is missing', async () => {
      const store = useStore()
      const policy = { name: 'p', document: '{}' }
      await store.saveInlinePolicy(ACCOUNT_ID, id, policy)
      for (const write of [
        () => store.saveInlinePolicy(ACCOUNT_ID, createId(3), policy),
        () => store.saveInlinePolicy(OTHER_ACCOUNT_ID, id, policy),
        () => store.deleteInlinePolicy(ACCOUNT_ID, id, 'q'),
        () => store.deleteInlinePolicy(ACCOUNT_ID, createId(2), 'p'),
      ]) {
        await expect(write()).rejects.toMatchObject(MISSING)
      }
    })
  })
}
