import { beforeEach, describe, expect, it } from 'vitest'
import { parseAccountId } from '../../principals/identifiers.ts'
import type { UseStore } from './conformance.ts'
import {
  ACCOUNT_ID,
  createAccount,
  createGroup,
  createGroupId,
  createManagedPolicy,
  createOidcProvider,
  createPolicyVersion,
  createRole,
  createUser,
  createUserId,
  OTHER_ACCOUNT_ID,
} from './records.ts'

const NOTHING = {
  users: 0,
  groups: 0,
  roles: 0,
  managedPolicies: 0,
  policiesInUse: 0,
  oidcProviders: 0,
  instanceProfiles: 0,
}

/** What a store owes to reports on whole accounts. */
export function testAccountReports(useStore: UseStore): void {
  describe('account reports', () => {
    beforeEach(async () => {
      await useStore().createAccount(createAccount(ACCOUNT_ID))
      await useStore().createAccount(createAccount(OTHER_ACCOUNT_ID))
    })

    it('counts what an account has, and nothing of another', async () => {
      const store = useStore()
      expect(await store.countEntities(ACCOUNT_ID)).toEqual(NOTHING)
      for (const number of [1, 2]) await store.createUser(createUser(number))
      for (const number of [1, 2, 3]) await store.createGroup(createGroup(number))
      await store.createRole(createRole(1))
      for (const number of [1, 2]) {
        await store.createManagedPolicy(createManagedPolicy(number), createPolicyVersion(1))
      }
      await store.createOidcProvider(createOidcProvider('idp.example.org'))
      expect(await store.countEntities(ACCOUNT_ID)).toEqual({
        users: 2,
        groups: 3,
        roles: 1,
        managedPolicies: 2,
        policiesInUse: 0,
        oidcProviders: 1,
        instanceProfiles: 0,
      })
      expect(await store.countEntities(OTHER_ACCOUNT_ID)).toEqual(NOTHING)
    })

    it('counts each policy that is in use once, whoever has it and however', async () => {
      const store = useStore()
      const { arn: attached } = createManagedPolicy(1)
      const { arn: bounding } = createManagedPolicy(2)
      for (const number of [1, 2, 3]) {
        await store.createManagedPolicy(createManagedPolicy(number), createPolicyVersion(1))
      }
      await store.createUser(createUser(1, { permissionsBoundaryArn: bounding }))
      await store.createUser(createUser(2))
      await store.createRole(createRole(1, { permissionsBoundaryArn: bounding }))
      await store.createGroup(createGroup(1))
      for (const id of [createUserId(1), createUserId(2), createGroupId(1)]) {
        await store.attachPolicy(ACCOUNT_ID, id, attached)
      }
      await store.attachPolicy(
        ACCOUNT_ID,
        createUserId(1),
        'arn:aws:iam::aws:policy/AdministratorAccess',
      )
      expect(await store.countEntities(ACCOUNT_ID)).toMatchObject({
        managedPolicies: 3,
        policiesInUse: 3,
      })
      expect(await store.countEntities(OTHER_ACCOUNT_ID)).toEqual(NOTHING)
    })

    it('keeps the last credential report of each account', async () => {
      const store = useStore()
      expect(await store.findCredentialReport(ACCOUNT_ID)).toBeNull()
      await store.saveCredentialReport(ACCOUNT_ID, { generatedAtMs: 1, content: 'user\n' })
      const second = { generatedAtMs: 253_402_300_799_999, content: 'user,arn\nJürgen,🐳\n' }
      await store.saveCredentialReport(ACCOUNT_ID, second)
      expect(await store.findCredentialReport(ACCOUNT_ID)).toEqual(second)
      expect(await store.findCredentialReport(OTHER_ACCOUNT_ID)).toBeNull()
    })

    it('refuses a report on an account that is not there', async () => {
      const absent = parseAccountId('999999999999')
      await expect(
        useStore().saveCredentialReport(absent, { generatedAtMs: 1, content: '' }),
      ).rejects.toMatchObject({ name: 'StoreError', reason: 'missing' })
    })
  })
}
