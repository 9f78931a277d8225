import { beforeEach, describe, expect, it } from 'vitest'
import { parseAccountId } from '../../principals/identifiers.ts'
import type { Store } from '../ports.ts'
import type { UseStore } from './conformance.ts'
import {
  ACCOUNT_ID,
  createAccount,
  createManagedPolicy,
  createPolicyVersion,
  createRole,
  createUser,
  createUserId,
  OTHER_ACCOUNT_ID,
} from './records.ts'

const EDGE = createManagedPolicy(1, { name: 'Edge' })
const MISSING = { name: 'StoreError', reason: 'missing' }
const EXISTS = { name: 'StoreError', reason: 'exists' }
const CONFLICT = { name: 'StoreError', reason: 'conflict' }

/** What a store owes to managed policies and their versions. */
export function testManagedPolicies(useStore: UseStore): void {
  describe('managed policies', () => {
    beforeEach(async () => {
      await useStore().createAccount(createAccount(ACCOUNT_ID))
      await useStore().createAccount(createAccount(OTHER_ACCOUNT_ID))
    })

    it('gives back what was created, to the last member', async () => {
      const store = useStore()
      const policy = createManagedPolicy(1, {
        path: '/team/',
        description: 'Prüfung 🐳',
        tags: [{ key: 'Team', value: '' }],
      })
      const version = createPolicyVersion(1, '{ "Version":\n"2012-10-17" } ')
      await store.createManagedPolicy(policy, version)
      expect(await store.findManagedPolicy(ACCOUNT_ID, policy.arn)).toEqual(policy)
      expect(await store.listPolicyVersions(ACCOUNT_ID, policy.arn)).toEqual([version])
      expect(await store.findManagedPolicy(OTHER_ACCOUNT_ID, policy.arn)).toBeNull()
      expect(await store.listPolicyVersions(OTHER_ACCOUNT_ID, policy.arn)).toEqual([])
      expect(await store.findManagedPolicy(ACCOUNT_ID, `${policy.arn}x`)).toBeNull()
    })

    it.each([
      ['the same name', createManagedPolicy(2, { name: 'Edge' })],
      ['the name under another path', createManagedPolicy(2, { name: 'Edge', path: '/x/' })],
      ['the name in another case', createManagedPolicy(2, { name: 'eDGE' })],
      ['the id', createManagedPolicy(1, { name: 'other' })],
    ])('refuses a second policy with %s and writes nothing of it', async (_, policy) => {
      const store = useStore()
      await store.createManagedPolicy(EDGE, createPolicyVersion(1))
      await expect(store.createManagedPolicy(policy, createPolicyVersion(1))).rejects.toMatchObject(
        EXISTS,
      )
      expect((await listPolicies(store)).items).toEqual([EDGE])
      expect(await store.listPolicyVersions(ACCOUNT_ID, EDGE.arn)).toHaveLength(1)
    })

    it('refuses a first version that is not the default', async () => {
      await expect(useStore().createManagedPolicy(EDGE, createPolicyVersion(2))).rejects.toThrow(
        RangeError,
      )
      expect((await listPolicies(useStore())).items).toEqual([])
    })

    it('refuses a policy of an account that does not exist', async () => {
      const policy = createManagedPolicy(1, { accountId: parseAccountId('999999999999') })
      await expect(
        useStore().createManagedPolicy(policy, createPolicyVersion(1)),
      ).rejects.toMatchObject(MISSING)
    })

    it('lists by name, page by page, under a path', async () => {
      const store = useStore()
      for (const [index, name] of ['c', 'B', 'a'].entries()) {
        const path = name === 'B' ? '/x/' : '/'
        await store.createManagedPolicy(
          createManagedPolicy(index, { name, path }),
          createPolicyVersion(1),
        )
      }
      const first = await listPolicies(store, { maxItems: 2 })
      const second = await listPolicies(store, { maxItems: 2, marker: first.nextMarker })
      expect([first, second].map(page => page.items.map(policy => policy.name))).toEqual([
        ['a', 'B'],
        ['c'],
      ])
      const underX = await listPolicies(store, { pathPrefix: '/x' })
      expect(underX.items.map(policy => policy.name)).toEqual(['B'])
    })

    it('saves tags, default version and time of change, and nothing else', async () => {
      const store = useStore()
      await store.createManagedPolicy(EDGE, createPolicyVersion(1))
      await store.createPolicyVersion(EDGE, createPolicyVersion(2))
      const changed = {
        ...EDGE,
        tags: [{ key: 'a', value: 'b' }],
        defaultVersionId: 'v2',
        updatedAtMs: 99,
      }
      await store.saveManagedPolicy({ ...changed, description: 'ignored', path: '/x/' })
      expect(await store.findManagedPolicy(ACCOUNT_ID, EDGE.arn)).toEqual(changed)
    })

    it('adds versions and lists them newest first, the tenth before the ninth', async () => {
      const store = useStore()
      await store.createManagedPolicy(EDGE, createPolicyVersion(1))
      for (const number of [2, 9, 10]) {
        const policy = { ...EDGE, defaultVersionId: `v${number}`, updatedAtMs: number }
        await store.createPolicyVersion(policy, createPolicyVersion(number))
        expect(await store.findManagedPolicy(ACCOUNT_ID, EDGE.arn)).toEqual(policy)
      }
      const versions = await store.listPolicyVersions(ACCOUNT_ID, EDGE.arn)
      expect(versions).toEqual([10, 9, 2, 1].map(number => createPolicyVersion(number)))
    })

    it('remembers the highest number of a version, also when that version is gone', async () => {
      const store = useStore()
      expect(await store.findNewestVersionNumber(ACCOUNT_ID, EDGE.arn)).toBeNull()
      await store.createManagedPolicy(EDGE, createPolicyVersion(1))
      expect(await store.findNewestVersionNumber(ACCOUNT_ID, EDGE.arn)).toBe(1)
      for (const number of [2, 10, 9])
        await store.createPolicyVersion(EDGE, createPolicyVersion(number))
      await store.deletePolicyVersion(ACCOUNT_ID, EDGE.arn, 'v10')
      expect(await store.findNewestVersionNumber(ACCOUNT_ID, EDGE.arn)).toBe(10)
      expect(await store.findNewestVersionNumber(OTHER_ACCOUNT_ID, EDGE.arn)).toBeNull()
    })

    it('gives a version number to exactly one of many that create it at once', async () => {
      const store = useStore()
      await store.createManagedPolicy(EDGE, createPolicyVersion(1))
      const outcomes = await Promise.allSettled(
        ['a', 'b', 'c'].map(document =>
          store.createPolicyVersion(EDGE, createPolicyVersion(2, document)),
        ),
      )
      expect(outcomes.map(outcome => outcome.status).sort()).toEqual([
        'fulfilled',
        'rejected',
        'rejected',
      ])
      expect(await store.listPolicyVersions(ACCOUNT_ID, EDGE.arn)).toHaveLength(2)
    })

    it('writes nothing of a version whose number is taken', async () => {
      const store = useStore()
      await store.createManagedPolicy(EDGE, createPolicyVersion(1, 'first'))
      await expect(
        store.createPolicyVersion({ ...EDGE, updatedAtMs: 99 }, createPolicyVersion(1, 'second')),
      ).rejects.toMatchObject(EXISTS)
      expect(await store.findManagedPolicy(ACCOUNT_ID, EDGE.arn)).toEqual(EDGE)
      expect((await store.listPolicyVersions(ACCOUNT_ID, EDGE.arn))[0]?.document).toBe('first')
    })

    it.each(['saveManagedPolicy', 'createPolicyVersion'] as const)(
      '%s never leaves a policy without its default version',
      async method => {
        const store = useStore()
        await store.createManagedPolicy(EDGE, createPolicyVersion(1))
        const policy = { ...EDGE, defaultVersionId: 'v3', updatedAtMs: 99 }
        await expect(store[method](policy, createPolicyVersion(2))).rejects.toMatchObject(MISSING)
        expect(await store.findManagedPolicy(ACCOUNT_ID, EDGE.arn)).toEqual(EDGE)
        expect(await store.listPolicyVersions(ACCOUNT_ID, EDGE.arn)).toHaveLength(1)
      },
    )

    it('deletes any version but the default', async () => {
      const store = useStore()
      await store.createManagedPolicy(EDGE, createPolicyVersion(1))
      const policy = { ...EDGE, defaultVersionId: 'v2' }
      await store.createPolicyVersion(policy, createPolicyVersion(2))
      await expect(store.deletePolicyVersion(ACCOUNT_ID, EDGE.arn, 'v2')).rejects.toMatchObject(
        CONFLICT,
      )
      await store.deletePolicyVersion(ACCOUNT_ID, EDGE.arn, 'v1')
      expect(await store.listPolicyVersions(ACCOUNT_ID, EDGE.arn)).toEqual([createPolicyVersion(2)])
    })

    it.each([
      [
        'attached',
        async (store: Store) => {
          await store.createUser(createUser(1))
          await store.attachPolicy(ACCOUNT_ID, createUserId(1), EDGE.arn)
        },
      ],
      [
        'the boundary of a user',
        (store: Store) => store.createUser(createUser(1, { permissionsBoundaryArn: EDGE.arn })),
      ],
      [
        'the boundary of a role',
        (store: Store) => store.createRole(createRole(1, { permissionsBoundaryArn: EDGE.arn })),
      ],
    ])('does not delete a policy that is %s', async (_, use) => {
      const store = useStore()
      await store.createManagedPolicy(EDGE, createPolicyVersion(1))
      await use(store)
      await expect(store.deleteManagedPolicy(ACCOUNT_ID, EDGE.arn)).rejects.toMatchObject(CONFLICT)
      expect(await store.findManagedPolicy(ACCOUNT_ID, EDGE.arn)).toEqual(EDGE)
      expect(await store.listPolicyVersions(ACCOUNT_ID, EDGE.arn)).toHaveLength(1)
    })

    it('takes versions along when it deletes a policy', async () => {
      const store = useStore()
      await store.createManagedPolicy(EDGE, createPolicyVersion(1))
      await store.deleteManagedPolicy(ACCOUNT_ID, EDGE.arn)
      expect(await store.findManagedPolicy(ACCOUNT_ID, EDGE.arn)).toBeNull()
      expect(await store.listPolicyVersions(ACCOUNT_ID, EDGE.arn)).toEqual([])
      await store.createManagedPolicy(
        { ...EDGE, id: createManagedPolicy(2).id },
        createPolicyVersion(1),
      )
    })

    it('says that a policy or a version is missing', async () => {
      const store = useStore()
      await store.createManagedPolicy(EDGE, createPolicyVersion(1))
      const absent = createManagedPolicy(2)
      for (const write of [
        () => store.saveManagedPolicy(absent),
        () => store.createPolicyVersion(absent, createPolicyVersion(1)),
        () => store.deleteManagedPolicy(ACCOUNT_ID, absent.arn),
        () => store.deleteManagedPolicy(OTHER_ACCOUNT_ID, EDGE.arn),
        () => store.deletePolicyVersion(ACCOUNT_ID, EDGE.arn, 'v2'),
        () => store.deletePolicyVersion(OTHER_ACCOUNT_ID, EDGE.arn, 'v1'),
      ]) {
        await expect(write()).rejects.toMatchObject(MISSING)
      }
    })
  })
}

function listPolicies(
  store: Store,
  page: { readonly marker?: string | null; maxItems?: number; pathPrefix?: string } = {},
) {
  const all = { marker: null, maxItems: 1_000, pathPrefix: '/' }
  return store.listManagedPolicies(ACCOUNT_ID, { ...all, ...page })
}
