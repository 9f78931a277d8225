import { beforeEach, describe, expect, it } from 'vitest'
import type { Store } from '../ports.ts'
import type { UseStore } from './conformance.ts'
import {
  ACCOUNT_ID,
  createAccount,
  createControlPolicy,
  createFederation,
  createGroup,
  createGroupId,
  createIssuerKey,
  createKey,
  createKeyId,
  createManagedPolicy,
  createOidcProvider,
  createPolicyVersion,
  createRole,
  createRoleId,
  createUser,
  createUserId,
} from './records.ts'

const USER_TOPIC = `user:${ACCOUNT_ID}/${createUserId(1)}`
const GROUP_TOPIC = `group:${ACCOUNT_ID}/${createGroupId(1)}`
const ROLE_TOPIC = `role:${ACCOUNT_ID}/${createRoleId(1)}`
const POLICY = createManagedPolicy(1)
const POLICY_TOPIC = `managed-policy:${POLICY.arn}`
const PROVIDER = createOidcProvider('idp.example.org')
const PROVIDER_TOPIC = `oidc-provider:${PROVIDER.arn}`
const INLINE = { name: 'p', document: '{}' }

/** A kind of write, and the topics that tell of it. */
type TellingWrite = readonly [
  name: string,
  write: (store: Store) => Promise<void>,
  topics: readonly string[],
]

/** Each kind of write after those above it. */
const WRITES: readonly TellingWrite[] = [
  ['createAccount', s => s.createAccount(createAccount(ACCOUNT_ID)), [`account:${ACCOUNT_ID}`]],
  ['placeAccount', s => s.placeAccount(ACCOUNT_ID, null), [`account:${ACCOUNT_ID}`]],
  ['createUser', s => s.createUser(createUser(1)), [USER_TOPIC]],
  ['saveUser', s => s.saveUser(createUser(1)), [USER_TOPIC]],
  ['saveUserTags', s => s.saveUserTags(ACCOUNT_ID, createUserId(1), []), [USER_TOPIC]],
  ['createGroup', s => s.createGroup(createGroup(1)), [GROUP_TOPIC]],
  ['saveGroup', s => s.saveGroup(createGroup(1)), [GROUP_TOPIC]],
  ['addGroupMember', s => addMember(s), [USER_TOPIC]],
  ['addGroupMember once more', s => addMember(s), []],
  [
    'removeGroupMember',
    s => s.removeGroupMember(ACCOUNT_ID, createGroupId(1), createUserId(1)),
    [USER_TOPIC],
  ],
  ['createRole', s => s.createRole(createRole(1)), [ROLE_TOPIC]],
  ['saveRole', s => s.saveRole(createRole(1)), [ROLE_TOPIC]],
  [
    'createManagedPolicy',
    s => s.createManagedPolicy(POLICY, createPolicyVersion(1)),
    [POLICY_TOPIC],
  ],
  ['saveManagedPolicy', s => s.saveManagedPolicy(POLICY), [POLICY_TOPIC]],
  [
    'createPolicyVersion',
    s => s.createPolicyVersion(POLICY, createPolicyVersion(2)),
    [POLICY_TOPIC],
  ],
  ['deletePolicyVersion', s => s.deletePolicyVersion(ACCOUNT_ID, POLICY.arn, 'v2'), [POLICY_TOPIC]],
  ...[
    { id: createUserId(1), topic: USER_TOPIC },
    { id: createGroupId(1), topic: GROUP_TOPIC },
    { id: createRoleId(1), topic: ROLE_TOPIC },
  ].flatMap(({ id, topic }): readonly TellingWrite[] => [
    ['saveInlinePolicy', s => s.saveInlinePolicy(ACCOUNT_ID, id, INLINE), [topic]],
    ['deleteInlinePolicy', s => s.deleteInlinePolicy(ACCOUNT_ID, id, 'p'), [topic]],
    ['attachPolicy', s => s.attachPolicy(ACCOUNT_ID, id, POLICY.arn), [topic]],
    ['attachPolicy once more', s => s.attachPolicy(ACCOUNT_ID, id, POLICY.arn), []],
    ['detachPolicy', s => s.detachPolicy(ACCOUNT_ID, id, POLICY.arn), [topic]],
  ]),
  ['deleteManagedPolicy', s => s.deleteManagedPolicy(ACCOUNT_ID, POLICY.arn), [POLICY_TOPIC]],
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
  ['deleteRole', s => s.deleteRole(ACCOUNT_ID, createRoleId(1)), [ROLE_TOPIC]],
  [
    'deleteGroup with a member',
    async s => {
      await addMember(s)
      await s.takeChangedTopics()
      await s.deleteGroup(ACCOUNT_ID, createGroupId(1))
    },
    [GROUP_TOPIC, USER_TOPIC],
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
  ['createOidcProvider', s => s.createOidcProvider(PROVIDER), [PROVIDER_TOPIC]],
  ['saveOidcProvider', s => s.saveOidcProvider(PROVIDER), [PROVIDER_TOPIC]],
  ['deleteOidcProvider', s => s.deleteOidcProvider(ACCOUNT_ID, PROVIDER.arn), [PROVIDER_TOPIC]],
  [
    'saveControlPolicy',
    s => s.saveControlPolicy(createControlPolicy()),
    ['organization:o-abcdefghij'],
  ],
  [
    'deleteControlPolicy',
    s => s.deleteControlPolicy(createControlPolicy()),
    ['organization:o-abcdefghij'],
  ],
  [
    'createFederation',
    s => s.createFederation(createFederation(), [createIssuerKey('a')]),
    [`federation:${ACCOUNT_ID}`, `issuer:${createFederation().issuerId}`],
  ],
  [
    'saveFederationEnabled',
    s => s.saveFederationEnabled(ACCOUNT_ID, false, 1),
    [`federation:${ACCOUNT_ID}`],
  ],
]

function addMember(store: Store): Promise<void> {
  return store.addGroupMember(ACCOUNT_ID, createGroupId(1), createUserId(1))
}

/** What a store owes to those who cache what they have read. */
export function testChanges(useStore: UseStore): void {
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
