import { beforeEach, describe, expect, it } from 'vitest'
import type { UseStore } from './conformance.ts'
import {
  ACCOUNT_ID,
  createAccount,
  createFederation,
  createIssuerKey,
  createKey,
} from './records.ts'

const FORMER = 'a1a1a1a1a1a1a1a1'
const CURRENT = 'b2b2b2b2b2b2b2b2'

/** What names a master key as sealed and bound values do. */
function under(masterKeyId: string, last = 0): Uint8Array {
  return Uint8Array.from([2, ...Buffer.from(masterKeyId, 'hex'), 9, last])
}

/** What a store owes to the change of a master key. */
export function testSealed(useStore: UseStore): void {
  describe('facts of the store', () => {
    it('are changed by compare-and-swap, which others hear of', async () => {
      const store = useStore()
      expect(await store.findMeta('fact')).toBeNull()
      await expect(store.swapMeta('fact', 'a', 'b')).rejects.toMatchObject({ reason: 'conflict' })
      await store.createMeta('fact', 'a')
      await expect(store.createMeta('fact', 'b')).rejects.toMatchObject({ reason: 'exists' })
      await store.takeChangedTopics()
      await store.swapMeta('fact', 'a', 'b')
      expect(await store.takeChangedTopics()).toEqual(['meta:fact'])
      await expect(store.swapMeta('fact', 'a', 'c')).rejects.toMatchObject({ reason: 'conflict' })
      expect(await store.findMeta('fact')).toBe('b')
    })
  })

  describe('what is sealed', () => {
    const keyA = createKey(1, { sealedSecret: under(FORMER) })
    const keyB = createKey(2, { sealedSecret: under(CURRENT) })
    const keyC = createKey(3, { sealedSecret: under(FORMER, 3) })
    const signing = createIssuerKey('a', { handle: under(FORMER), binding: under(CURRENT) })
    const bound = createIssuerKey('b', {
      generation: 1,
      state: 'retired',
      handle: null,
      binding: under(FORMER),
    })
    const other = createIssuerKey('c', {
      generation: 2,
      state: 'retiring',
      handle: under(CURRENT),
      binding: null,
    })

    beforeEach(async () => {
      const store = useStore()
      await store.createAccount(createAccount(ACCOUNT_ID))
      for (const key of [keyA, keyB, keyC]) await store.createAccessKey(key)
      await store.createFederation(createFederation(), [signing, bound, other])
    })

    it('is listed and counted by the master key that it names', async () => {
      const store = useStore()
      const ids = async (after: typeof keyA.id | null, max: number) =>
        (await store.listSecretsUnder(FORMER, after, max)).map(({ id }) => id)
      expect(await ids(null, 10)).toEqual([keyA.id, keyC.id].toSorted())
      const [first = keyA.id, second] = await ids(null, 10)
      expect(await ids(null, 1)).toEqual([first])
      expect(await ids(first, 10)).toEqual([second])

      const generations = async (after: typeof signing | null, max: number) =>
        (await store.listIssuerKeysUnder(FORMER, after, max)).map(({ generation }) => generation)
      expect(await generations(null, 10)).toEqual([0, 1])
      expect(await generations(null, 1)).toEqual([0])
      expect(await generations(signing, 10)).toEqual([1])
      expect(await store.listIssuerKeysUnder('c3c3c3c3c3c3c3c3', null, 10)).toEqual([])
      expect(
        (await store.countSealed()).toSorted((a, b) => a.masterKeyId.localeCompare(b.masterKeyId)),
      ).toEqual([
        { masterKeyId: FORMER, accessKeys: 2, privateKeys: 1, bindings: 1 },
        { masterKeyId: CURRENT, accessKeys: 1, privateKeys: 1, bindings: 1 },
      ])
    })

    it('is swapped when it is what it was', async () => {
      const store = useStore()
      await store.takeChangedTopics()
      expect(
        await store.swapSealedSecret({ ...keyA, sealedSecret: under(FORMER, 1) }, under(CURRENT)),
      ).toBe(false)
      expect(await store.swapSealedSecret(keyA, under(CURRENT, 7))).toBe(true)
      expect(await store.swapSealedSecret(keyA, under(CURRENT, 8))).toBe(false)
      const found = await store.findAccessKey(keyA.id)
      expect(Buffer.from(found?.sealedSecret ?? [])).toEqual(Buffer.from(under(CURRENT, 7)))
      // Whoever has read the secret has it still.
      expect(await store.takeChangedTopics()).toEqual([])

      const seals = { handle: under(CURRENT, 1), binding: under(CURRENT, 2) }
      for (const changed of [
        { handle: under(FORMER, 1) },
        { binding: null },
        { binding: under(CURRENT, 1) },
      ]) {
        expect(await store.swapIssuerKeySeals({ ...signing, ...changed }, seals)).toBe(false)
      }
      expect(await store.swapIssuerKeySeals(signing, seals)).toBe(true)
      expect(await store.takeChangedTopics()).toEqual([`federation:${ACCOUNT_ID}`])
      expect(
        await store.swapIssuerKeySeals(bound, { handle: null, binding: under(CURRENT, 3) }),
      ).toBe(true)
      const keys = await store.listIssuerKeys(ACCOUNT_ID)
      const [first, second] = keys.toSorted((a, b) => a.generation - b.generation)
      expect(first).toMatchObject({ state: signing.state, thumbprint: signing.thumbprint })
      expect(Buffer.from(first?.handle ?? [])).toEqual(Buffer.from(seals.handle))
      expect(Buffer.from(first?.binding ?? [])).toEqual(Buffer.from(seals.binding))
      expect(second?.handle).toBeNull()
    })

    it('is not written any more under a master key that was followed', async () => {
      const store = useStore()
      await store.createMeta('former-master-key', FORMER)
      const refused = { name: 'StoreError', reason: 'conflict' }
      await expect(
        store.createAccessKey(createKey(4, { sealedSecret: under(FORMER) })),
      ).rejects.toMatchObject(refused)
      const next = { generation: 3, state: 'retiring' } as const
      for (const seals of [
        { handle: under(FORMER), binding: under(CURRENT) },
        { handle: under(CURRENT), binding: under(FORMER) },
      ]) {
        await expect(
          store.createIssuerKey(createIssuerKey('d', { ...next, ...seals })),
        ).rejects.toMatchObject(refused)
        await expect(
          store.saveIssuerKey({ ...other, ...seals, state: 'retired' }, 'retiring'),
        ).rejects.toMatchObject(refused)
      }
      const good = { handle: under(CURRENT), binding: under(CURRENT) }
      await store.createAccessKey(createKey(4, { sealedSecret: under(CURRENT) }))
      await store.createIssuerKey(createIssuerKey('d', { ...next, ...good }))
      await store.saveIssuerKey({ ...other, state: 'retired', handle: null }, 'retiring')
    })
  })
}
