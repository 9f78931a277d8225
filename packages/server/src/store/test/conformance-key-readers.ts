import { beforeEach, describe, expect, it } from 'vitest'
import { type IssuerReaders, type KeyReader, NO_READERS } from '../reader-ports.ts'
import type { UseStore } from './conformance.ts'
import { ACCOUNT_ID, createAccount, createFederation } from './records.ts'

const { issuerId: ISSUER_ID } = createFederation()
const OTHER_ISSUER_ID = '99999999-2222-4333-8444-555555555555'

function createReaders(lastAtMs: number, userAgent = 'curl'): IssuerReaders {
  const reader: KeyReader = {
    network: '192.0.2.0/24',
    userAgent,
    via: '',
    firstAtMs: 1,
    lastAtMs,
    discoveryAtMs: null,
    jwksAtMs: lastAtMs,
    jwksTag: 'tag',
    occasions: 1,
  }
  return { ...NO_READERS, readers: [reader], keySets: { tag: ['a', 'b'] } }
}

/** What a store owes to those who have fetched the documents of issuers. */
export function testKeyReaders(useStore: UseStore): void {
  describe('readers of documents', () => {
    beforeEach(async () => {
      await useStore().createAccount(createAccount(ACCOUNT_ID))
      await useStore().createFederation(createFederation(), [])
    })

    it('gives back what was kept, replaces it, and passes over issuers that there are not', async () => {
      const store = useStore()
      expect(await store.findReaders(ISSUER_ID)).toBeNull()
      const given: IssuerReaders[] = []
      for (const lastAtMs of [5, 7]) {
        await store.changeReaders([ISSUER_ID, OTHER_ISSUER_ID], (_id, kept) => {
          given.push(kept)
          return createReaders(lastAtMs)
        })
      }
      expect(given).toEqual([NO_READERS, createReaders(5)])
      expect(await store.findReaders(ISSUER_ID)).toEqual(createReaders(7))
      expect(await store.findReaders(OTHER_ISSUER_ID)).toBeNull()
    })

    it('finds issuers by the reader that was away for longest, and forgets where none is left', async () => {
      const store = useStore()
      await store.changeReaders([ISSUER_ID], () => createReaders(5))
      expect(await store.listIssuersWithOldReaders(4, 10)).toEqual([])
      expect(await store.listIssuersWithOldReaders(5, 10)).toEqual([ISSUER_ID])
      expect(await store.listIssuersWithOldReaders(5, 0)).toEqual([])
      await store.changeReaders([ISSUER_ID], () => NO_READERS)
      expect(await store.findReaders(ISSUER_ID)).toBeNull()
      expect(await store.listIssuersWithOldReaders(5, 10)).toEqual([])
    })

    it('forgets all, and tells nobody who caches', async () => {
      const store = useStore()
      await store.takeChangedTopics()
      await store.changeReaders([ISSUER_ID], () => createReaders(5))
      await store.forgetReaders()
      expect(await store.findReaders(ISSUER_ID)).toBeNull()
      expect(await store.takeChangedTopics()).toEqual([])
    })

    it('loses no change of two that are made at once', async () => {
      const store = useStore()
      const add = (userAgent: string) =>
        store.changeReaders([ISSUER_ID], (_id, kept) => ({
          ...kept,
          readers: [...kept.readers, ...createReaders(5, userAgent).readers],
        }))
      await Promise.all([add('a'), add('b'), add('c')])
      const found = await store.findReaders(ISSUER_ID)
      expect(found?.readers.map(({ userAgent }) => userAgent).toSorted()).toEqual(['a', 'b', 'c'])
    })
  })
}
