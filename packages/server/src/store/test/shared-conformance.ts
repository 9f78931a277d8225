import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Store } from '../ports.ts'
import { KEPT_CHANGES } from '../queries/write.ts'
import {
  ACCOUNT_ID,
  createAccount,
  createControlPolicy,
  createFederation,
  createGroup,
  createGroupId,
  createIssuerKey,
  createKey,
  createManagedPolicy,
  createOidcProvider,
  createPolicyVersion,
  createRole,
  createRoleId,
  createUser,
  createUserId,
} from './records.ts'

/**
 * What a store owes beyond `testStore` when it outlives its process and several may have it open.
 *
 * @param createPlace makes room for one store without any record; gives the way to open it
 */
export function testSharedStore(name: string, createPlace: () => () => Promise<Store>): void {
  describe(`a store that outlives its process: ${name}`, () => {
    let open = (): Promise<Store> => Promise.reject(new Error('no place outside a test'))
    let opened: Store[] = []

    async function openStore(): Promise<Store> {
      const store = await open()
      opened.push(store)
      return store
    }

    beforeEach(() => {
      open = createPlace()
    })
    afterEach(async () => {
      for (const store of opened) await store.close()
      opened = []
    })

    it('finds everything again after a restart', async () => {
      const before = await openStore()
      await before.createAccount(createAccount(ACCOUNT_ID))
      await before.createUser(createUser(1))
      await before.saveInlinePolicy(ACCOUNT_ID, createUserId(1), { name: 'p', document: '{}' })
      await before.createAccessKey(createKey(1, { userId: createUserId(1) }))
      await before.createFederation(createFederation(), [createIssuerKey('a')])
      await before.createMeta('canary', 'sealed')
      await before.createManagedPolicy(createManagedPolicy(1), createPolicyVersion(1))
      await before.createGroup(createGroup(1))
      await before.addGroupMember(ACCOUNT_ID, createGroupId(1), createUserId(1))
      await before.attachPolicy(ACCOUNT_ID, createGroupId(1), createManagedPolicy(1).arn)
      await before.createRole(createRole(1))
      await before.createOidcProvider(createOidcProvider('idp.example.org'))
      await before.saveControlPolicy(createControlPolicy())
      await before.close()

      const after = await openStore()
      expect(await after.takeChangedTopics()).toEqual([])
      expect(await after.findAccount(ACCOUNT_ID)).toEqual(createAccount(ACCOUNT_ID))
      expect(await after.findUserById(ACCOUNT_ID, createUserId(1))).toEqual(createUser(1))
      expect(await after.listInlinePolicies(ACCOUNT_ID, createUserId(1))).toHaveLength(1)
      expect(await after.listAccessKeys(ACCOUNT_ID, createUserId(1))).toHaveLength(1)
      expect(await after.findFederation(ACCOUNT_ID)).toEqual(createFederation())
      expect(await after.listIssuerKeys(ACCOUNT_ID)).toHaveLength(1)
      expect(await after.findMeta('canary')).toBe('sealed')
      expect(await after.listGroupsOfUser(ACCOUNT_ID, createUserId(1))).toEqual([createGroup(1)])
      expect(await after.listAttachedPolicies(ACCOUNT_ID, createGroupId(1))).toEqual([
        createManagedPolicy(1),
      ])
      expect(await after.findRoleById(ACCOUNT_ID, createRoleId(1))).toEqual(createRole(1))
      expect(await after.listOidcProviders(ACCOUNT_ID)).toHaveLength(1)
      expect(await after.listOrganizationPolicies('o-abcdefghij')).toHaveLength(1)
    })

    it('tells each reader of what the others write, in the order of the writes', async () => {
      const [writer, reader, third] = [await openStore(), await openStore(), await openStore()]
      await writer.createAccount(createAccount(ACCOUNT_ID))
      await third.createUser(createUser(1))
      const topics = [`account:${ACCOUNT_ID}`, `user:${ACCOUNT_ID}/${createUserId(1)}`]
      for (const store of [writer, reader, third]) {
        expect(await store.takeChangedTopics()).toEqual(topics)
        expect(await store.takeChangedTopics()).toEqual([])
      }
      expect(await reader.findUser(ACCOUNT_ID, 'user-0001')).toEqual(createUser(1))
    })

    it('compares and swaps across connections', async () => {
      const [one, other] = [await openStore(), await openStore()]
      await one.createAccount(createAccount(ACCOUNT_ID))
      await one.createFederation(createFederation(), [])
      await other.saveFederationEnabled(ACCOUNT_ID, false, 10)
      await expect(one.saveFederationEnabled(ACCOUNT_ID, false, 20)).rejects.toMatchObject({
        reason: 'conflict',
      })
      expect((await one.findFederation(ACCOUNT_ID))?.changedAtMs).toBe(10)
    })

    it('gives turns to all that have it open, one after the other', async () => {
      const stores = [await openStore(), await openStore(), await openStore()]
      const [first] = stores
      await first?.createAccount(createAccount(ACCOUNT_ID))
      await first?.createUser(createUser(1, { path: '/0/' }))
      const addOne = (store: Store) =>
        store.inTurn([ACCOUNT_ID], async turn => {
          const user = await turn.findUser(ACCOUNT_ID, 'user-0001')
          if (user === null) throw new Error('the user is gone')
          await turn.saveUser({ ...user, path: `/${Number(user.path.slice(1, -1)) + 1}/` })
        })
      await Promise.all(stores.flatMap(store => Array.from({ length: 10 }, () => addOne(store))))
      expect((await first?.findUser(ACCOUNT_ID, 'user-0001'))?.path).toBe('/30/')
    })

    it.each([
      { writes: KEPT_CHANGES, topics: [`account:${ACCOUNT_ID}`] },
      { writes: KEPT_CHANGES + 1, topics: ['*'] },
    ])('tells a reader that is $writes writes behind: $topics', async ({ writes, topics }) => {
      const [writer, reader] = [await openStore(), await openStore()]
      await writer.createAccount(createAccount(ACCOUNT_ID))
      await reader.takeChangedTopics()
      for (let count = 0; count < writes; count += 1) await writer.placeAccount(ACCOUNT_ID, null)
      expect(await reader.takeChangedTopics()).toEqual(topics)
      await writer.createUser(createUser(1))
      expect(await reader.takeChangedTopics()).toEqual([`user:${ACCOUNT_ID}/${createUserId(1)}`])
    })
  })
}
