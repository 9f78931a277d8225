import { beforeEach, describe, expect, it } from 'vitest'
import type { Role } from '../../principals/entities.ts'
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
  createRole,
  createRoleId,
  createUser,
  createUserId,
  OTHER_ACCOUNT_ID,
} from './records.ts'

const DEPLOYER = createRole(1, { name: 'Deployer' })
const FULL: Role = {
  ...DEPLOYER,
  path: '/service/ci/',
  description: 'Prüfung 🐳',
  trustPolicy: '{ "Version":\n"2012-10-17" } ',
  trustPins: [
    { arn: 'arn:aws:iam::123456789012:user/alice', accountId: ACCOUNT_ID, id: createUserId(1) },
    { arn: 'arn:aws:iam::000000000007:role/x', accountId: OTHER_ACCOUNT_ID, id: null },
  ],
  maxSessionSeconds: 43_200,
  tags: [{ key: 'Team', value: '' }],
  permissionsBoundaryArn: 'arn:aws:iam::123456789012:policy/edge',
  sessionsRevokedBeforeMs: 253_402_300_799_999,
}
const MISSING = { name: 'StoreError', reason: 'missing' }

/** What a store owes to roles. */
export function testRoles(useStore: UseStore): void {
  describe('roles', () => {
    beforeEach(async () => {
      await useStore().createAccount(createAccount(ACCOUNT_ID))
      await useStore().createAccount(createAccount(OTHER_ACCOUNT_ID))
    })

    it.each([
      ['everything', FULL],
      ['as little as possible', DEPLOYER],
    ])('gives back what was created, with %s', async (_, role) => {
      const store = useStore()
      await store.createRole(role)
      expect(await store.findRole(ACCOUNT_ID, 'dEPLOYER')).toEqual(role)
      expect(await store.findRoleById(ACCOUNT_ID, role.id)).toEqual(role)
    })

    it('finds nothing in another account, under another name or id', async () => {
      const store = useStore()
      await store.createRole(DEPLOYER)
      expect(await store.findRole(OTHER_ACCOUNT_ID, 'Deployer')).toBeNull()
      expect(await store.findRoleById(OTHER_ACCOUNT_ID, DEPLOYER.id)).toBeNull()
      expect(await store.findRole(ACCOUNT_ID, 'Deploye_')).toBeNull()
      expect(await store.findRoleById(ACCOUNT_ID, createRoleId(2))).toBeNull()
    })

    it.each([
      ['the same name', createRole(2, { name: 'Deployer', path: '/x/' })],
      ['the name in another case', createRole(2, { name: 'dEPLOYER' })],
      ['the id', createRole(1, { name: 'other' })],
    ])('refuses a second role with %s', async (_, role) => {
      const store = useStore()
      await store.createRole(DEPLOYER)
      await expect(store.createRole(role)).rejects.toMatchObject({
        name: 'StoreError',
        reason: 'exists',
      })
      expect((await listRoles(store)).items).toEqual([DEPLOYER])
    })

    it('lets a user and another account use the same name', async () => {
      const store = useStore()
      await store.createRole(DEPLOYER)
      await store.createUser(createUser(1, { name: 'Deployer' }))
      await store.createRole(createRole(2, { accountId: OTHER_ACCOUNT_ID, name: 'Deployer' }))
      expect((await listRoles(store)).items).toEqual([DEPLOYER])
    })

    it('refuses a role of an account that does not exist', async () => {
      const role = createRole(1, { accountId: parseAccountId('999999999999') })
      await expect(useStore().createRole(role)).rejects.toMatchObject(MISSING)
    })

    it('lists by name, page by page, under a path', async () => {
      const store = useStore()
      for (const [index, name] of ['c', 'B', 'a'].entries()) {
        await store.createRole(createRole(index, { name, path: name === 'B' ? '/x/' : '/' }))
      }
      const first = await listRoles(store, { maxItems: 2 })
      const second = await listRoles(store, { maxItems: 2, marker: first.nextMarker })
      expect([first, second].map(page => page.items.map(role => role.name))).toEqual([
        ['a', 'B'],
        ['c'],
      ])
      const underX = await listRoles(store, { pathPrefix: '/x/' })
      expect(underX.items.map(role => role.name)).toEqual(['B'])
    })

    it('saves everything but account, id and name', async () => {
      const store = useStore()
      await store.createRole(DEPLOYER)
      await store.createRole(createRole(2))
      await store.saveRole({ ...FULL, name: 'ignored', createdAtMs: 7 })
      expect(await store.findRoleById(ACCOUNT_ID, FULL.id)).toEqual({ ...FULL, createdAtMs: 7 })
      await store.saveRole(DEPLOYER)
      expect(await store.findRole(ACCOUNT_ID, 'Deployer')).toEqual(DEPLOYER)
      expect(await store.findRoleById(ACCOUNT_ID, createRoleId(2))).toEqual(createRole(2))
    })

    it('lists those whose trust nobody has looked up, of all accounts, so many at most', async () => {
      const store = useStore()
      const unpinned = [
        createRole(1, { accountId: OTHER_ACCOUNT_ID, trustPins: null }),
        createRole(2, { trustPins: null }),
        createRole(3, { trustPins: null }),
      ]
      for (const role of [...unpinned, createRole(4)]) await store.createRole(role)
      expect(await store.listUnpinnedRoles(2)).toEqual(unpinned.slice(0, 2))
      expect(await store.listUnpinnedRoles(10)).toEqual(unpinned)
      await store.saveRole(createRole(2))
      expect(await store.listUnpinnedRoles(10)).toEqual([unpinned[0], unpinned[2]])
    })

    it('finds the account of a user, group or role by its id alone, until it is deleted', async () => {
      const store = useStore()
      await store.createUser(createUser(1, { accountId: OTHER_ACCOUNT_ID }))
      await store.createGroup(createGroup(1))
      await store.createRole(DEPLOYER)
      expect(await store.findPrincipalAccount(createUserId(1))).toBe(OTHER_ACCOUNT_ID)
      expect(await store.findPrincipalAccount(createGroupId(1))).toBe(ACCOUNT_ID)
      expect(await store.findPrincipalAccount(DEPLOYER.id)).toBe(ACCOUNT_ID)
      expect(await store.findPrincipalAccount(createRoleId(2))).toBeNull()
      await store.deleteRole(ACCOUNT_ID, DEPLOYER.id)
      expect(await store.findPrincipalAccount(DEPLOYER.id)).toBeNull()
    })

    it('takes policies and attachments along when it deletes a role', async () => {
      const store = useStore()
      const policy = createManagedPolicy(1)
      await store.createManagedPolicy(policy, createPolicyVersion(1))
      for (const role of [DEPLOYER, createRole(2)]) {
        await store.createRole(role)
        await store.saveInlinePolicy(ACCOUNT_ID, role.id, { name: 'p', document: '{}' })
        await store.attachPolicy(ACCOUNT_ID, role.id, policy.arn)
      }
      await store.deleteRole(ACCOUNT_ID, DEPLOYER.id)
      expect(await store.findRole(ACCOUNT_ID, 'Deployer')).toBeNull()
      expect(await store.listInlinePolicies(ACCOUNT_ID, DEPLOYER.id)).toEqual([])
      expect(await store.listAttachedPolicies(ACCOUNT_ID, DEPLOYER.id)).toEqual([])
      expect(await store.listInlinePolicies(ACCOUNT_ID, createRoleId(2))).toHaveLength(1)
      expect(await store.listAttachedPolicies(ACCOUNT_ID, createRoleId(2))).toHaveLength(1)
      await store.createRole(createRole(3, { name: 'Deployer' }))
    })

    it('says that a role is missing', async () => {
      const store = useStore()
      await store.createRole(DEPLOYER)
      await expect(store.saveRole(createRole(2))).rejects.toMatchObject(MISSING)
      await expect(store.deleteRole(ACCOUNT_ID, createRoleId(2))).rejects.toMatchObject(MISSING)
      await expect(store.deleteRole(OTHER_ACCOUNT_ID, DEPLOYER.id)).rejects.toMatchObject(MISSING)
    })
  })
}

function listRoles(
  store: Store,
  page: { readonly marker?: string | null; maxItems?: number; pathPrefix?: string } = {},
) {
  return store.listRoles(ACCOUNT_ID, { marker: null, maxItems: 1_000, pathPrefix: '/', ...page })
}
