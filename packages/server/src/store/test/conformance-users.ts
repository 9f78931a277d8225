import { beforeEach, describe, expect, it } from 'vitest'
import type { User } from '../../principals/entities.ts'
import { parseAccountId } from '../../principals/identifiers.ts'
import type { Store } from '../ports.ts'
import type { UseStore } from './conformance.ts'
import {
  ACCOUNT_ID,
  createAccount,
  createKey,
  createUser,
  createUserId,
  OTHER_ACCOUNT_ID,
} from './records.ts'

const ALICE = createUser(1, { name: 'Alice' })

/** What a store owes to users. */
export function testUsers(useStore: UseStore): void {
  describe('users', () => {
    beforeEach(async () => {
      await useStore().createAccount(createAccount(ACCOUNT_ID))
      await useStore().createAccount(createAccount(OTHER_ACCOUNT_ID))
    })

    it('gives back what was created, to the last member', async () => {
      const store = useStore()
      const user: User = {
        ...ALICE,
        path: '/team/a/',
        tags: [
          { key: 'Team', value: '' },
          { key: '__proto__', value: 'naïve "quoted" \\ 🐳' },
        ],
        permissionsBoundaryArn: 'arn:aws:iam::123456789012:policy/edge',
      }
      await store.createUser(user)
      expect(await store.findUser(ACCOUNT_ID, 'Alice')).toEqual(user)
      expect(await store.findUserById(ACCOUNT_ID, user.id)).toEqual(user)
    })

    it.each(['alice', 'ALICE', 'Alice'])('finds Alice as %s, spelt as created', async name => {
      await useStore().createUser(ALICE)
      expect((await useStore().findUser(ACCOUNT_ID, name))?.name).toBe('Alice')
    })

    it('finds nothing in another account, under another name or id', async () => {
      const store = useStore()
      await store.createUser(ALICE)
      expect(await store.findUser(OTHER_ACCOUNT_ID, 'Alice')).toBeNull()
      expect(await store.findUserById(OTHER_ACCOUNT_ID, ALICE.id)).toBeNull()
      expect(await store.findUser(ACCOUNT_ID, 'Alic')).toBeNull()
      expect(await store.findUser(ACCOUNT_ID, 'Al%')).toBeNull()
      expect(await store.findUserById(ACCOUNT_ID, createUserId(2))).toBeNull()
    })

    it.each([
      ['the same name', createUser(2, { name: 'Alice' })],
      ['the name in another case', createUser(2, { name: 'aLICE' })],
      ['the name under another path', createUser(2, { name: 'Alice', path: '/team/' })],
      ['the id', createUser(1, { name: 'bob' })],
    ])('refuses a second user with %s', async (_, user) => {
      const store = useStore()
      await store.createUser(ALICE)
      await expect(store.createUser(user)).rejects.toMatchObject({
        name: 'StoreError',
        reason: 'exists',
      })
      expect((await listUsers(store)).items).toEqual([ALICE])
    })

    it('lets another account use the same name', async () => {
      const store = useStore()
      await store.createUser(ALICE)
      await store.createUser(createUser(2, { accountId: OTHER_ACCOUNT_ID, name: 'Alice' }))
      expect((await store.findUser(OTHER_ACCOUNT_ID, 'alice'))?.id).toBe(createUserId(2))
      expect((await store.findUser(ACCOUNT_ID, 'alice'))?.id).toBe(ALICE.id)
    })

    it('gives a name to exactly one of many that create it at once', async () => {
      const store = useStore()
      const outcomes = await Promise.allSettled(
        [1, 2, 3, 4, 5].map(number => store.createUser(createUser(number, { name: 'Alice' }))),
      )
      expect(outcomes.filter(outcome => outcome.status === 'fulfilled')).toHaveLength(1)
      expect((await listUsers(store)).items).toHaveLength(1)
    })

    it('refuses a user of an account that does not exist', async () => {
      const store = useStore()
      await expect(
        store.createUser(createUser(2, { accountId: parseAccountId('999999999999') })),
      ).rejects.toMatchObject({ name: 'StoreError', reason: 'missing' })
    })

    it('replaces the whole set of tags', async () => {
      const store = useStore()
      await store.createUser({ ...ALICE, tags: [{ key: 'a', value: '1' }] })
      for (const tags of [
        [
          { key: 'z', value: '2' },
          { key: 'B', value: '3' },
        ],
        [],
      ]) {
        await store.saveUserTags(ACCOUNT_ID, ALICE.id, tags)
        expect((await store.findUser(ACCOUNT_ID, 'Alice'))?.tags).toEqual(tags)
      }
    })

    it('saves name, path and boundary, and nothing else', async () => {
      const store = useStore()
      const tags = [{ key: 'a', value: '1' }]
      await store.createUser({ ...ALICE, tags })
      const changed = { ...ALICE, name: 'Alicia', path: '/x/', permissionsBoundaryArn: 'arn:b' }
      await store.saveUser({ ...changed, tags: [], createdAtMs: 0 })
      expect(await store.findUser(ACCOUNT_ID, 'alicia')).toEqual({ ...changed, tags })
      expect(await store.findUser(ACCOUNT_ID, 'Alice')).toBeNull()
      await store.saveUser({ ...ALICE, name: 'ALICIA' })
      expect(await store.findUserById(ACCOUNT_ID, ALICE.id)).toEqual({
        ...ALICE,
        name: 'ALICIA',
        tags,
      })
    })

    it('does not save a user under a name that is taken', async () => {
      const store = useStore()
      await store.createUser(ALICE)
      await store.createUser(createUser(2, { name: 'bob' }))
      await expect(store.saveUser({ ...ALICE, name: 'BOB' })).rejects.toMatchObject({
        name: 'StoreError',
        reason: 'exists',
      })
      expect(await store.findUserById(ACCOUNT_ID, ALICE.id)).toEqual(ALICE)
    })

    it.each([
      { pathPrefix: '/', names: ['a', 'b', 'c', 'd', 'e'] },
      { pathPrefix: '/team/', names: ['b', 'c'] },
      { pathPrefix: '/team', names: ['b', 'c', 'd'] },
      { pathPrefix: '/team/x/', names: ['c'] },
      { pathPrefix: '/Team/', names: [] },
      { pathPrefix: '/_eam/', names: [] },
      { pathPrefix: '/%', names: ['e'] },
    ])('lists those whose path begins with $pathPrefix', async ({ pathPrefix, names }) => {
      const store = useStore()
      const paths = ['/', '/team/', '/team/x/', '/teams/', '/%/']
      for (const [index, path] of paths.entries()) {
        await store.createUser(createUser(index, { path, name: 'abcde'.charAt(index) }))
      }
      const { items } = await listUsers(store, pathPrefix)
      expect(items.map(user => user.name)).toEqual(names)
      const first = await store.listUsers(ACCOUNT_ID, { pathPrefix, marker: null, maxItems: 1 })
      expect(first.items.map(user => user.name)).toEqual(names.slice(0, 1))
      expect(first.nextMarker === null).toBe(names.length < 2)
    })

    it('takes policies and keys along when it deletes a user, and nobody else’s', async () => {
      const store = useStore()
      const bob = createUser(2, { name: 'bob' })
      for (const user of [ALICE, bob]) {
        await store.createUser(user)
        await store.saveInlinePolicy(ACCOUNT_ID, user.id, { name: 'p', document: '{}' })
      }
      await store.createAccessKey(createKey(1, { userId: ALICE.id }))
      await store.createAccessKey(createKey(2, { userId: bob.id }))
      await store.createAccessKey(createKey(3))

      await store.deleteUser(ACCOUNT_ID, ALICE.id)

      expect(await store.findUser(ACCOUNT_ID, 'Alice')).toBeNull()
      expect(await store.listInlinePolicies(ACCOUNT_ID, ALICE.id)).toEqual([])
      expect(await store.findAccessKey(createKey(1).id)).toBeNull()
      expect(await store.listInlinePolicies(ACCOUNT_ID, bob.id)).toHaveLength(1)
      expect(await store.findAccessKey(createKey(2).id)).not.toBeNull()
      expect(await store.findAccessKey(createKey(3).id)).not.toBeNull()
      await store.createUser(createUser(3, { name: 'Alice' }))
    })

    it('says that a user is missing', async () => {
      const store = useStore()
      await store.createUser(ALICE)
      const missing = { name: 'StoreError', reason: 'missing' }
      await expect(store.deleteUser(ACCOUNT_ID, createUserId(2))).rejects.toMatchObject(missing)
      await expect(store.deleteUser(OTHER_ACCOUNT_ID, ALICE.id)).rejects.toMatchObject(missing)
      await expect(store.saveUserTags(OTHER_ACCOUNT_ID, ALICE.id, [])).rejects.toMatchObject(
        missing,
      )
      await expect(store.saveUser(createUser(2))).rejects.toMatchObject(missing)
      expect((await listUsers(store)).items).toEqual([ALICE])
    })
  })
}

function listUsers(store: Store, pathPrefix = '/') {
  return store.listUsers(ACCOUNT_ID, { pathPrefix, marker: null, maxItems: 1_000 })
}
