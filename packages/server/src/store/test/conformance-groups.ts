import { beforeEach, describe, expect, it } from 'vitest'
import { parseAccountId } from '../../principals/identifiers.ts'
import type { Store } from '../ports.ts'
import type { UseStore } from './conformance.ts'
import {
  ACCOUNT_ID,
  createAccount,
  createGroup,
  createGroupId,
  createManagedPolicy,
  createPolicyVersion,
  createUser,
  createUserId,
  OTHER_ACCOUNT_ID,
} from './records.ts'

const ADMINS = createGroup(1, { name: 'Admins' })
const MISSING = { name: 'StoreError', reason: 'missing' }
const EXISTS = { name: 'StoreError', reason: 'exists' }

/** What a store owes to groups and their members. */
export function testGroups(useStore: UseStore): void {
  describe('groups', () => {
    beforeEach(async () => {
      await useStore().createAccount(createAccount(ACCOUNT_ID))
      await useStore().createAccount(createAccount(OTHER_ACCOUNT_ID))
    })

    it('gives back what was created, found by name without regard to case', async () => {
      const store = useStore()
      const group = { ...ADMINS, path: '/team/a/' }
      await store.createGroup(group)
      for (const name of ['Admins', 'ADMINS']) {
        expect(await store.findGroup(ACCOUNT_ID, name)).toEqual(group)
      }
      expect(await store.findGroup(OTHER_ACCOUNT_ID, 'Admins')).toBeNull()
      expect(await store.findGroup(ACCOUNT_ID, 'Admin')).toBeNull()
    })

    it.each([
      ['the same name', createGroup(2, { name: 'Admins' })],
      ['the name in another case', createGroup(2, { name: 'aDMINS' })],
      ['the id', createGroup(1, { name: 'other' })],
    ])('refuses a second group with %s', async (_, group) => {
      const store = useStore()
      await store.createGroup(ADMINS)
      await expect(store.createGroup(group)).rejects.toMatchObject(EXISTS)
      expect((await listGroups(store)).items).toEqual([ADMINS])
    })

    it('lets a user and another account use the same name', async () => {
      const store = useStore()
      await store.createGroup(ADMINS)
      await store.createUser(createUser(1, { name: 'Admins' }))
      await store.createGroup(createGroup(2, { accountId: OTHER_ACCOUNT_ID, name: 'Admins' }))
      expect((await listGroups(store)).items).toEqual([ADMINS])
    })

    it('refuses a group of an account that does not exist', async () => {
      const group = createGroup(1, { accountId: parseAccountId('999999999999') })
      await expect(useStore().createGroup(group)).rejects.toMatchObject(MISSING)
    })

    it('lists by name, page by page, under a path', async () => {
      const store = useStore()
      for (const [index, name] of ['c', 'B', 'a'].entries()) {
        await store.createGroup(createGroup(index, { name, path: name === 'c' ? '/x/' : '/' }))
      }
      const first = await listGroups(store, { maxItems: 2 })
      const second = await listGroups(store, { maxItems: 2, marker: first.nextMarker })
      expect([first, second].map(page => page.items.map(group => group.name))).toEqual([
        ['a', 'B'],
        ['c'],
      ])
      expect(second.nextMarker).toBeNull()
      expect((await listGroups(store, { pathPrefix: '/x' })).items).toHaveLength(1)
      const marker = first.nextMarker
      await expect(
        store.listRoles(ACCOUNT_ID, { marker, maxItems: 1, pathPrefix: '/' }),
      ).rejects.toMatchObject(MISSING)
    })

    it('saves name and path, under a name that is free', async () => {
      const store = useStore()
      await store.createGroup(ADMINS)
      await store.createGroup(createGroup(2, { name: 'other' }))
      const renamed = { ...ADMINS, name: 'Operators', path: '/x/' }
      await store.saveGroup({ ...renamed, createdAtMs: 0 })
      expect(await store.findGroup(ACCOUNT_ID, 'operators')).toEqual(renamed)
      expect(await store.findGroup(ACCOUNT_ID, 'Admins')).toBeNull()
      await expect(store.saveGroup({ ...ADMINS, name: 'OTHER' })).rejects.toMatchObject(EXISTS)
      await expect(store.saveGroup(createGroup(3))).rejects.toMatchObject(MISSING)
    })

    it('keeps who is in which group', async () => {
      const store = useStore()
      await createMembers(store)
      expect((await store.listGroupsOfUser(ACCOUNT_ID, createUserId(1))).map(g => g.id)).toEqual([
        createGroupId(1),
        createGroupId(2),
      ])
      expect(await store.listGroupsOfUser(ACCOUNT_ID, createUserId(3))).toEqual([])
      expect(await store.listGroupsOfUser(OTHER_ACCOUNT_ID, createUserId(1))).toEqual([])
      await store.removeGroupMember(ACCOUNT_ID, createGroupId(1), createUserId(1))
      expect(await listMembers(store, 1)).toEqual([createUserId(2)])
      expect(await listMembers(store, 2)).toEqual([createUserId(1)])
    })

    it('takes a member twice for one', async () => {
      const store = useStore()
      await createMembers(store)
      await store.addGroupMember(ACCOUNT_ID, createGroupId(1), createUserId(1))
      expect(await listMembers(store, 1)).toEqual([createUserId(1), createUserId(2)])
    })

    it('lists members by name, page by page', async () => {
      const store = useStore()
      await createMembers(store)
      const page = (marker: string | null) =>
        store.listGroupMembers(ACCOUNT_ID, createGroupId(1), { marker, maxItems: 1 })
      const first = await page(null)
      const second = await page(first.nextMarker)
      expect([...first.items, ...second.items]).toEqual([createUser(1), createUser(2)])
      expect(second.nextMarker).toBeNull()
      await expect(
        store.listGroupMembers(ACCOUNT_ID, createGroupId(2), {
          marker: first.nextMarker,
          maxItems: 1,
        }),
      ).rejects.toMatchObject(MISSING)
    })

    it.each([
      ['an unknown group', ACCOUNT_ID, createGroupId(9), createUserId(1)],
      ['an unknown user', ACCOUNT_ID, createGroupId(1), createUserId(9)],
      ['another account', OTHER_ACCOUNT_ID, createGroupId(1), createUserId(1)],
    ])('says of a membership with %s that it is missing', async (_, account, group, user) => {
      const store = useStore()
      await createMembers(store)
      await expect(store.addGroupMember(account, group, user)).rejects.toMatchObject(MISSING)
      await expect(store.removeGroupMember(account, group, user)).rejects.toMatchObject(MISSING)
    })

    it('takes policies, attachments and memberships along when it deletes a group', async () => {
      const store = useStore()
      await createMembers(store)
      const policy = createManagedPolicy(1)
      await store.createManagedPolicy(policy, createPolicyVersion(1))
      for (const id of [createGroupId(1), createGroupId(2)]) {
        await store.saveInlinePolicy(ACCOUNT_ID, id, { name: 'p', document: '{}' })
        await store.attachPolicy(ACCOUNT_ID, id, policy.arn)
      }

      await store.deleteGroup(ACCOUNT_ID, createGroupId(1))

      expect(await store.findGroup(ACCOUNT_ID, createGroup(1).name)).toBeNull()
      expect(await store.listInlinePolicies(ACCOUNT_ID, createGroupId(1))).toEqual([])
      expect(await store.listAttachedPolicies(ACCOUNT_ID, createGroupId(1))).toEqual([])
      expect(await store.listGroupsOfUser(ACCOUNT_ID, createUserId(1))).toEqual([createGroup(2)])
      expect(await store.listInlinePolicies(ACCOUNT_ID, createGroupId(2))).toHaveLength(1)
      expect(await store.findUserById(ACCOUNT_ID, createUserId(1))).toEqual(createUser(1))
      await store.createGroup(createGroup(3, { name: createGroup(1).name }))
      expect(await listMembers(store, 3)).toEqual([])
      await expect(store.deleteGroup(ACCOUNT_ID, createGroupId(1))).rejects.toMatchObject(MISSING)
    })

    it('takes memberships along when it deletes a user', async () => {
      const store = useStore()
      await createMembers(store)
      await store.deleteUser(ACCOUNT_ID, createUserId(1))
      expect(await listMembers(store, 1)).toEqual([createUserId(2)])
      await store.deleteGroup(ACCOUNT_ID, createGroupId(2))
    })
  })
}

/** Users 1 to 3; group 1 has the users 1 and 2, group 2 the user 1. */
async function createMembers(store: Store): Promise<void> {
  for (const number of [1, 2, 3]) await store.createUser(createUser(number))
  for (const number of [1, 2]) await store.createGroup(createGroup(number))
  for (const [group, user] of [
    [1, 2],
    [1, 1],
    [2, 1],
  ] as const) {
    await store.addGroupMember(ACCOUNT_ID, createGroupId(group), createUserId(user))
  }
}

function listGroups(
  store: Store,
  page: { readonly marker?: string | null; maxItems?: number; pathPrefix?: string } = {},
) {
  return store.listGroups(ACCOUNT_ID, { marker: null, maxItems: 1_000, pathPrefix: '/', ...page })
}

async function listMembers(store: Store, number: number) {
  const page = { marker: null, maxItems: 1_000 }
  const { items } = await store.listGroupMembers(ACCOUNT_ID, createGroupId(number), page)
  return items.map(user => user.id)
}
