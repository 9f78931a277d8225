import { beforeEach, describe, expect, it } from 'vitest'
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

const FIRST = createManagedPolicy(1, { name: 'b' })
const SECOND = createManagedPolicy(2, { name: 'A' })
const ALL = { marker: null, maxItems: 1_000, pathPrefix: '/' }
const MISSING = { name: 'StoreError', reason: 'missing' }

/** What a store owes to attachments of managed policies. */
export function testAttachments(useStore: UseStore): void {
  describe('attachments', () => {
    beforeEach(async () => {
      const store = useStore()
      await store.createAccount(createAccount(ACCOUNT_ID))
      await store.createAccount(createAccount(OTHER_ACCOUNT_ID))
      for (const policy of [FIRST, SECOND]) {
        await store.createManagedPolicy(policy, createPolicyVersion(1))
      }
      await store.createUser(createUser(1))
      await store.createGroup(createGroup(1))
      await store.createRole(createRole(1))
    })

    it.each([
      ['a user', createUserId(1)],
      ['a group', createGroupId(1)],
      ['a role', createRoleId(1)],
    ])('attaches policies to %s, lists them by name and detaches them', async (_, id) => {
      const store = useStore()
      await store.attachPolicy(ACCOUNT_ID, id, FIRST.arn)
      await store.attachPolicy(ACCOUNT_ID, id, SECOND.arn)
      expect(await store.listAttachedPolicies(ACCOUNT_ID, id)).toEqual([SECOND, FIRST])
      await store.detachPolicy(ACCOUNT_ID, id, SECOND.arn)
      expect(await store.listAttachedPolicies(ACCOUNT_ID, id)).toEqual([FIRST])
      expect(await store.listAttachedPolicies(OTHER_ACCOUNT_ID, id)).toEqual([])
    })

    it('takes an attachment twice for one', async () => {
      const store = useStore()
      await store.attachPolicy(ACCOUNT_ID, createUserId(1), FIRST.arn)
      await store.attachPolicy(ACCOUNT_ID, createUserId(1), FIRST.arn)
      expect(await store.listAttachedPolicies(ACCOUNT_ID, createUserId(1))).toEqual([FIRST])
    })

    it('says that the principal, the policy or the attachment is missing', async () => {
      const store = useStore()
      await store.attachPolicy(ACCOUNT_ID, createUserId(1), FIRST.arn)
      for (const write of [
        () => store.attachPolicy(ACCOUNT_ID, createUserId(2), FIRST.arn),
        () => store.attachPolicy(ACCOUNT_ID, createUserId(1), `${FIRST.arn}x`),
        () => store.attachPolicy(OTHER_ACCOUNT_ID, createUserId(1), FIRST.arn),
        () => store.detachPolicy(ACCOUNT_ID, createUserId(1), SECOND.arn),
        () => store.detachPolicy(ACCOUNT_ID, createRoleId(1), FIRST.arn),
        () => store.detachPolicy(OTHER_ACCOUNT_ID, createUserId(1), FIRST.arn),
      ]) {
        await expect(write()).rejects.toMatchObject(MISSING)
      }
    })

    it('lists who has a policy, attached or as a boundary', async () => {
      const store = useStore()
      const permissionsBoundaryArn = FIRST.arn
      await store.createUser(createUser(2, { path: '/x/', permissionsBoundaryArn }))
      await store.createRole(createRole(2, { permissionsBoundaryArn }))
      await store.createUser(createUser(3, { permissionsBoundaryArn: SECOND.arn }))
      for (const id of [createUserId(2), createUserId(1), createGroupId(1), createRoleId(1)]) {
        await store.attachPolicy(ACCOUNT_ID, id, FIRST.arn)
      }
      await store.attachPolicy(ACCOUNT_ID, createUserId(3), SECOND.arn)
      const common = { path: '/', usage: 'attached' }
      expect(await store.listPolicyEntities(ACCOUNT_ID, FIRST.arn)).toEqual([
        { ...common, kind: 'group', id: createGroupId(1), name: 'group-0001' },
        { ...common, kind: 'role', id: createRoleId(1), name: 'role-0001' },
        { ...common, kind: 'role', id: createRoleId(2), name: 'role-0002', usage: 'boundary' },
        { ...common, kind: 'user', id: createUserId(1), name: 'user-0001' },
        { ...common, kind: 'user', id: createUserId(2), name: 'user-0002', path: '/x/' },
        {
          kind: 'user',
          id: createUserId(2),
          name: 'user-0002',
          path: '/x/',
          usage: 'boundary',
        },
      ])
      expect(await store.listPolicyEntities(OTHER_ACCOUNT_ID, FIRST.arn)).toEqual([])
    })

    it('counts who has each policy, attached or as a boundary', async () => {
      const store = useStore()
      const arn = 'arn:aws:iam::aws:policy/AWSDenyAll'
      await store.createUser(createUser(2, { permissionsBoundaryArn: FIRST.arn }))
      await store.createRole(createRole(2, { permissionsBoundaryArn: arn }))
      await store.attachPolicy(ACCOUNT_ID, createUserId(1), FIRST.arn)
      await store.attachPolicy(ACCOUNT_ID, createGroupId(1), FIRST.arn)
      await store.attachPolicy(ACCOUNT_ID, createRoleId(1), arn)
      expect(await store.countPolicyUses(ACCOUNT_ID)).toEqual([
        { arn: FIRST.arn, attachmentCount: 2, boundaryCount: 1 },
        { arn, attachmentCount: 1, boundaryCount: 1 },
      ])
      expect(await store.countPolicyUses(OTHER_ACCOUNT_ID)).toEqual([])
    })

    it("attaches AWS's policies without listing them among the account's own", async () => {
      const store = useStore()
      const arn = 'arn:aws:iam::aws:policy/ReadOnlyAccess'
      const own = createManagedPolicy(3, { name: 'readonlyaccess' })
      await store.createManagedPolicy(own, createPolicyVersion(1))
      const listed = await store.listManagedPolicies(ACCOUNT_ID, ALL)
      const found = await store.findManagedPolicy(ACCOUNT_ID, arn)
      expect(found).toMatchObject({ arn, name: 'ReadOnlyAccess', path: '/' })
      expect(await store.listPolicyVersions(ACCOUNT_ID, arn)).toHaveLength(1)
      for (const id of [createUserId(1), createRoleId(1)]) {
        await store.attachPolicy(ACCOUNT_ID, id, arn)
        await store.attachPolicy(ACCOUNT_ID, id, SECOND.arn)
        await store.attachPolicy(ACCOUNT_ID, id, FIRST.arn)
        const attached = await store.listAttachedPolicies(ACCOUNT_ID, id)
        expect(attached).toEqual([SECOND, FIRST, found])
      }
      expect(await store.listManagedPolicies(ACCOUNT_ID, ALL)).toEqual(listed)
      expect(await store.listPolicyEntities(ACCOUNT_ID, arn)).toHaveLength(2)
      await store.detachPolicy(ACCOUNT_ID, createUserId(1), arn)
      expect(await store.listPolicyEntities(ACCOUNT_ID, arn)).toHaveLength(1)
    })

    it('goes with the user', async () => {
      const store = useStore()
      await store.attachPolicy(ACCOUNT_ID, createUserId(1), FIRST.arn)
      await store.deleteUser(ACCOUNT_ID, createUserId(1))
      expect(await store.listPolicyEntities(ACCOUNT_ID, FIRST.arn)).toEqual([])
      await store.deleteManagedPolicy(ACCOUNT_ID, FIRST.arn)
    })
  })
}
