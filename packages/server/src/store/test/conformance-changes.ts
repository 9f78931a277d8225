import { beforeEach, describe, expect, it } from 'vitest'
import type { Store } from '../ports.ts'
import type { UseStore } from './conformance.ts'
import {
  ACCOUNT_ID,
  createAccount,
  createFederation,
  createIssuerKey,
  createKey,
  createKeyId,
  createUser,
  createUserId,
} from './records.ts'

const USER_TOPIC = `user:${ACCOUNT_ID}/${createUserId(1)}`

/** Each kind of write after those above it, and the topics that tell of it. */
const WRITES: readonly (readonly [string, (store: Store) => Promise<void>, readonly string[]])[] = [
  ['createAccount', s => s.createAccount(createAccount(ACCOUNT_ID)), [`account:${ACCOUNT_ID}`]],
  ['placeAccount', s => s.placeAccount(ACCOUNT_ID, null), [`account:${ACCOUNT_ID}`]],
  ['createUser', s => s.createUser(createUser(1)), [USER_TOPIC]],
  ['saveUserTags', s => s.saveUserTags(ACCOUNT_ID, createUserId(1), []), [USER_TOPIC]],
  [
    'saveUserPolicy',
    s => s.saveUserPolicy(ACCOUNT_ID, createUserId(1), { name: 'p', document: '{}' }),
    [USER_TOPIC],
  ],
  ['deleteUserPolicy', s => s.deleteUserPolicy(ACCOUNT_ID, createUserId(1), 'p'), [USER_TOPIC]],
  [
    'createAccessKey',
    s => s.createAccessKey(createKey(1, { userId: createUserId(1) })),
    [`access-key:${createKeyId(1)}`],
  ],
  [
    'saveAccessKeyStatus',
    s => s.saveAccessKeyStatus(createKeyId(1), 'Inactive'),
    [`access-key:${createKeyId(1)}`],
  ],
  [
    'deleteUser',
    s => s.deleteUser(ACCOUNT_ID, createUserId(1)),
    [USER_TOPIC, `access-key:${createKeyId(1)}`],
  ],
  [
    'createAccessKey of root',
    s => s.createAccessKey(createKey(2)),
    [`access-key:${createKeyId(2)}`],
  ],
  ['deleteAccessKey', s => s.deleteAccessKey(createKeyId(2)), [`access-key:${createKeyId(2)}`]],
  [
    'createFederation',
    s => s.createFederation(createFederation(), [createIssuerKey('a')]),
    [`federation:${ACCOUNT_ID}`],
  ],
  [
    'saveFederationEnabled',
    s => s.saveFederationEnabled(ACCOUNT_ID, false, 1),
    [`federation:${ACCOUNT_ID}`],
  ],
]

/** What a store owes to those who cache what they have read. */
export function describeChanges(useStore: UseStore): void {
  describe('changed topics', () => {
    it('has none to tell at first', async () => {
      expect(await useStore().takeChangedTopics()).toEqual([])
    })

    it('tells of every kind of write, once', async () => {
      const store = useStore()
      for (const [name, write, topics] of WRITES) {
        await write(store)
        expect(await store.takeChangedTopics(), name).toEqual(topics)
        expect(await store.takeChangedTopics(), name).toEqual([])
      }
    })

    it('tells of several writes at once, each topic once', async () => {
      const store = useStore()
      await store.createAccount(createAccount(ACCOUNT_ID))
      await store.createUser(createUser(1))
      await store.saveUserTags(ACCOUNT_ID, createUserId(1), [])
      await store.placeAccount(ACCOUNT_ID, null)
      expect(await store.takeChangedTopics()).toEqual([`account:${ACCOUNT_ID}`, USER_TOPIC])
    })

    it('tells all that ask at the same time: none goes on with what it has cached', async () => {
      const store = useStore()
      await store.createAccount(createAccount(ACCOUNT_ID))
      const answers = await Promise.all([1, 2, 3].map(() => store.takeChangedTopics()))
      for (const topics of answers) expect(topics).toEqual([`account:${ACCOUNT_ID}`])
      expect(await store.takeChangedTopics()).toEqual([])
    })

    describe('of refused writes', () => {
      beforeEach(async () => {
        await useStore().createAccount(createAccount(ACCOUNT_ID))
        await useStore().takeChangedTopics()
      })

      it.each([
        ['exists', (s: Store) => s.createAccount(createAccount(ACCOUNT_ID))],
        ['missing', (s: Store) => s.deleteUser(ACCOUNT_ID, createUserId(1))],
      ])('%s: tells nothing, and misses nothing later', async (reason, write) => {
        const store = useStore()
        await expect(write(store)).rejects.toMatchObject({ reason })
        expect(await store.takeChangedTopics()).toEqual([])
        await store.createUser(createUser(1))
        expect(await store.takeChangedTopics()).toEqual([USER_TOPIC])
      })
    })
  })
}
