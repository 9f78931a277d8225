import { describe, expect, it } from 'vitest'
import type { UseStore } from './conformance.ts'
import { createControlPolicy } from './records.ts'

const { organizationId } = createControlPolicy()

/** What a store owes to service and resource control policies. */
export function testControlPolicies(useStore: UseStore): void {
  describe('control policies', () => {
    it('creates and replaces by target, kind and name', async () => {
      const store = useStore()
      const policies = [
        createControlPolicy({ document: '{ "Id": "🐳" }' }),
        createControlPolicy({ kind: 'rcp' }),
        createControlPolicy({ name: 'P' }),
        createControlPolicy({ targetId: 'ou-ab12-11111111' }),
      ]
      for (const policy of policies) await store.saveControlPolicy(policy)
      const replaced = createControlPolicy({ document: '{}' })
      await store.saveControlPolicy(replaced)
      const stored = await store.listOrganizationPolicies(organizationId)
      expect(stored).toHaveLength(4)
      expect(stored).toEqual(expect.arrayContaining([replaced, ...policies.slice(1)]))
    })

    it('lists those of some targets, in the order of targets given, then of names', async () => {
      const store = useStore()
      for (const targetId of ['r-ab12', 'ou-ab12-11111111', '123456789012']) {
        for (const name of ['b', 'a']) {
          await store.saveControlPolicy(createControlPolicy({ targetId, name }))
        }
      }
      await store.saveControlPolicy(
        createControlPolicy({ organizationId: 'o-other12345', targetId: 'r-ab12' }),
      )
      const list = async (...targetIds: readonly string[]) =>
        (await store.listControlPolicies(organizationId, targetIds)).map(
          ({ targetId, name }) => `${targetId} ${name}`,
        )
      expect(await list('r-ab12', '123456789012')).toEqual([
        'r-ab12 a',
        'r-ab12 b',
        '123456789012 a',
        '123456789012 b',
      ])
      expect(await list('123456789012', 'r-absent', 'r-ab12')).toEqual([
        '123456789012 a',
        '123456789012 b',
        'r-ab12 a',
        'r-ab12 b',
      ])
      expect(await list()).toEqual([])
    })

    it('deletes one policy, and no other', async () => {
      const store = useStore()
      await store.saveControlPolicy(createControlPolicy())
      await store.saveControlPolicy(createControlPolicy({ kind: 'rcp' }))
      await store.deleteControlPolicy(createControlPolicy())
      expect(await store.listOrganizationPolicies(organizationId)).toEqual([
        createControlPolicy({ kind: 'rcp' }),
      ])
    })

    it.each([
      { organizationId: 'o-other12345' },
      { targetId: '123456789012' },
      { kind: 'rcp' as const },
      { name: 'q' },
    ])('says that a policy is missing: %o', async changes => {
      const store = useStore()
      await store.saveControlPolicy(createControlPolicy())
      await expect(store.deleteControlPolicy(createControlPolicy(changes))).rejects.toMatchObject({
        name: 'StoreError',
        reason: 'missing',
      })
    })
  })
}
