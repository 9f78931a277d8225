import { beforeEach, describe, expect, it } from 'vitest'
import { parseAccountId } from '../../principals/identifiers.ts'
import type { UseStore } from './conformance.ts'
import {
  ACCOUNT_ID,
  createAccount,
  createInstanceProfile,
  createRole,
  createRoleId,
  OTHER_ACCOUNT_ID,
} from './records.ts'

const PROFILE = createInstanceProfile(1)
const FULL = createInstanceProfile(1, {
  path: '/a/b/',
  tags: [{ key: 'Team', value: '' }],
  roleId: createRoleId(1),
})
const ALL = { marker: null, maxItems: 1_000, pathPrefix: '/' }
const MISSING = { name: 'StoreError', reason: 'missing' }
const EXISTS = { name: 'StoreError', reason: 'exists' }

/** What a store owes to instance profiles. */
export function testInstanceProfiles(useStore: UseStore): void {
  describe('instance profiles', () => {
    beforeEach(async () => {
      const store = useStore()
      await store.createAccount(createAccount(ACCOUNT_ID))
      await store.createAccount(createAccount(OTHER_ACCOUNT_ID))
      await store.createRole(createRole(1))
      await store.createRole(createRole(2))
    })

    it.each([
      ['everything', FULL],
      ['as little as possible', PROFILE],
    ])('gives back what was created, with %s', async (_, profile) => {
      const store = useStore()
      await store.createInstanceProfile(profile)
      const upper = profile.name.toUpperCase()
      expect(await store.findInstanceProfile(ACCOUNT_ID, upper)).toEqual(profile)
      expect(await store.findInstanceProfile(OTHER_ACCOUNT_ID, profile.name)).toBeNull()
      expect(await store.listInstanceProfiles(ACCOUNT_ID, ALL)).toEqual({
        items: [profile],
        nextMarker: null,
      })
    })

    it('refuses a taken name, and what does not exist', async () => {
      const store = useStore()
      await store.createInstanceProfile(PROFILE)
      const same = createInstanceProfile(2, { name: PROFILE.name.toUpperCase() })
      await expect(store.createInstanceProfile(same)).rejects.toMatchObject(EXISTS)
      await store.createInstanceProfile({ ...same, accountId: OTHER_ACCOUNT_ID })
      for (const write of [
        () => store.createInstanceProfile(createInstanceProfile(3, { roleId: createRoleId(9) })),
        () =>
          store.createInstanceProfile(
            createInstanceProfile(3, { accountId: parseAccountId('999999999999') }),
          ),
        () => store.saveInstanceProfile({ ...PROFILE, roleId: createRoleId(9) }),
        () => store.saveInstanceProfile(createInstanceProfile(4)),
        () => store.deleteInstanceProfile(OTHER_ACCOUNT_ID, PROFILE.id),
      ]) {
        await expect(write()).rejects.toMatchObject(MISSING)
      }
    })

    it('lists by name below a path, page by page, and by role', async () => {
      const store = useStore()
      const roleId = createRoleId(2)
      const names = ['b', 'A', 'c', 'd']
      for (const [index, name] of names.entries()) {
        const path = name === 'd' ? '/other/' : '/x/'
        await store.createInstanceProfile(createInstanceProfile(index, { name, path, roleId }))
      }
      const first = await store.listInstanceProfiles(ACCOUNT_ID, {
        pathPrefix: '/x/',
        marker: null,
        maxItems: 2,
      })
      expect(first.items.map(({ name }) => name)).toEqual(['A', 'b'])
      const rest = await store.listInstanceProfiles(ACCOUNT_ID, {
        pathPrefix: '/x/',
        marker: first.nextMarker,
        maxItems: 2,
      })
      expect(rest.items.map(({ name }) => name)).toEqual(['c'])
      const ofRole = await store.listInstanceProfilesOfRole(ACCOUNT_ID, roleId)
      expect(ofRole.map(({ name }) => name)).toEqual(['A', 'b', 'c', 'd'])
      expect(await store.listInstanceProfilesOfRole(ACCOUNT_ID, createRoleId(1))).toEqual([])
    })

    it('saves tags and role', async () => {
      const store = useStore()
      await store.createInstanceProfile(PROFILE)
      const changed = { ...PROFILE, tags: FULL.tags, roleId: createRoleId(1) }
      await store.saveInstanceProfile({ ...changed, path: '/ignored/' })
      expect(await store.findInstanceProfile(ACCOUNT_ID, PROFILE.name)).toEqual(changed)
      await store.saveInstanceProfile({ ...changed, roleId: createRoleId(2) })
      await store.saveInstanceProfile(PROFILE)
      expect(await store.findInstanceProfile(ACCOUNT_ID, PROFILE.name)).toEqual(PROFILE)
    })

    it('is deleted, and loses a role that is deleted', async () => {
      const store = useStore()
      await store.createInstanceProfile(FULL)
      await store.deleteRole(ACCOUNT_ID, createRoleId(1))
      expect(await store.findInstanceProfile(ACCOUNT_ID, FULL.name)).toEqual({
        ...FULL,
        roleId: null,
      })
      expect((await store.countEntities(ACCOUNT_ID)).instanceProfiles).toBe(1)
      await store.deleteInstanceProfile(ACCOUNT_ID, FULL.id)
      expect(await store.findInstanceProfile(ACCOUNT_ID, FULL.name)).toBeNull()
    })
  })

  describe('aliases of accounts', () => {
    beforeEach(async () => {
      await useStore().createAccount(createAccount(ACCOUNT_ID))
      await useStore().createAccount(createAccount(OTHER_ACCOUNT_ID))
    })

    it('are one for an account, and nobody else has it', async () => {
      const store = useStore()
      expect(await store.findAccountAlias(ACCOUNT_ID)).toBeNull()
      await store.saveAccountAlias(ACCOUNT_ID, 'one')
      await store.saveAccountAlias(ACCOUNT_ID, 'two')
      expect(await store.findAccountAlias(ACCOUNT_ID)).toBe('two')
      await expect(store.saveAccountAlias(OTHER_ACCOUNT_ID, 'two')).rejects.toMatchObject(EXISTS)
      await store.saveAccountAlias(OTHER_ACCOUNT_ID, 'one')
      await store.deleteAccountAlias(ACCOUNT_ID)
      expect(await store.findAccountAlias(ACCOUNT_ID)).toBeNull()
      expect(await store.findAccountAlias(OTHER_ACCOUNT_ID)).toBe('one')
    })

    it('are missing where there is none, and without an account', async () => {
      const store = useStore()
      await expect(store.deleteAccountAlias(ACCOUNT_ID)).rejects.toMatchObject(MISSING)
      const nobody = parseAccountId('999999999999')
      await expect(store.saveAccountAlias(nobody, 'one')).rejects.toMatchObject(MISSING)
    })
  })

  describe('jobs', () => {
    const JOB = { id: 'a', kind: 'role deletion', subject: 'x', createdAtMs: 10 } as const
    beforeEach(async () => {
      await useStore().createAccount(createAccount(ACCOUNT_ID))
      await useStore().createAccount(createAccount(OTHER_ACCOUNT_ID))
    })

    it('are kept until they are too old', async () => {
      const store = useStore()
      await store.createJob(ACCOUNT_ID, JOB, 0)
      await store.createJob(OTHER_ACCOUNT_ID, JOB, 20)
      expect(await store.findJob(ACCOUNT_ID, 'a')).toEqual(JOB)
      await store.createJob(ACCOUNT_ID, { ...JOB, id: 'b', createdAtMs: 11 }, 10)
      expect(await store.findJob(ACCOUNT_ID, 'a')).toEqual(JOB)
      await store.createJob(ACCOUNT_ID, { ...JOB, id: 'c', createdAtMs: 12 }, 11)
      expect(await store.findJob(ACCOUNT_ID, 'a')).toBeNull()
      expect(await store.findJob(ACCOUNT_ID, 'b')).not.toBeNull()
      expect(await store.findJob(OTHER_ACCOUNT_ID, 'a')).toEqual(JOB)
    })

    it('have ids of their own', async () => {
      const store = useStore()
      await store.createJob(ACCOUNT_ID, JOB, 0)
      await expect(store.createJob(ACCOUNT_ID, JOB, 0)).rejects.toMatchObject(EXISTS)
    })
  })
}
