import { beforeEach, describe, expect, it } from 'vitest'
import type { Store } from '../ports.ts'
import type { UseStore } from './conformance.ts'
import { ACCOUNT_ID, createAccount, createUser, createUserId, OTHER_ACCOUNT_ID } from './records.ts'

/** Under every path. */
const ALL = { pathPrefix: '/' }

/** What a store owes to those who list page by page; shown on users, the same for every listing. */
export function testPaging(useStore: UseStore): void {
  describe('paging', () => {
    beforeEach(async () => {
      await useStore().createAccount(createAccount(ACCOUNT_ID))
      await useStore().createAccount(createAccount(OTHER_ACCOUNT_ID))
    })

    it('orders names without regard to case', async () => {
      const store = useStore()
      await createUsers(store, ['b', 'C', 'a', 'D'])
      expect(await listNames(store, 1)).toEqual(['a', 'b', 'C', 'D'])
    })

    it.each([
      { users: 0, maxItems: 3, pages: [0] },
      { users: 2, maxItems: 3, pages: [2] },
      { users: 3, maxItems: 3, pages: [3] },
      { users: 4, maxItems: 3, pages: [3, 1] },
      { users: 7, maxItems: 3, pages: [3, 3, 1] },
    ])('$users users in pages of $maxItems', async ({ users, maxItems, pages }) => {
      const store = useStore()
      await createUsers(
        store,
        Array.from({ length: users }, (_, index) => `u${index}`),
      )
      const sizes: number[] = []
      for await (const page of eachPage(store, maxItems)) sizes.push(page.length)
      expect(sizes).toEqual(pages)
    })

    it('reaches the end with users that come and go in between, and repeats none', async () => {
      const store = useStore()
      await createUsers(store, ['b', 'd', 'f', 'h', 'j'])
      const seen: string[] = []
      let round = 0
      for await (const names of eachPage(store, 2)) {
        seen.push(...names)
        if (round === 0) {
          await store.createUser(createUser(100, { name: 'a' }))
          await store.createUser(createUser(101, { name: 'e' }))
          // The user that the marker names is gone: the next page still begins behind it.
          await store.deleteUser(ACCOUNT_ID, createUserId(1))
        }
        round += 1
      }
      expect(seen).toEqual(['b', 'd', 'e', 'f', 'h', 'j'])
    })

    it.each([1, 1_000])('takes %i items a page', async maxItems => {
      await expect(
        useStore().listUsers(ACCOUNT_ID, { ...ALL, marker: null, maxItems }),
      ).resolves.toMatchObject({ items: [] })
    })

    it.each([0, 1_001, 1.5, Number.NaN])('refuses %d items a page', async maxItems => {
      await expect(
        useStore().listUsers(ACCOUNT_ID, { ...ALL, marker: null, maxItems }),
      ).rejects.toThrow(RangeError)
    })

    it('refuses markers that it has not given for this listing', async () => {
      const store = useStore()
      await createUsers(store, ['a', 'b'])
      const { nextMarker } = await store.listUsers(ACCOUNT_ID, {
        ...ALL,
        marker: null,
        maxItems: 1,
      })
      if (nextMarker === null) throw new Error('there must be a second page')
      const missing = { name: 'StoreError', reason: 'missing' }
      for (const marker of [
        '',
        'a',
        '%',
        `${nextMarker}=`,
        ` ${nextMarker}`,
        nextMarker.slice(1),
      ]) {
        await expect(
          store.listUsers(ACCOUNT_ID, { ...ALL, marker, maxItems: 1 }),
          JSON.stringify(marker),
        ).rejects.toMatchObject(missing)
      }
      await expect(
        store.listUsers(OTHER_ACCOUNT_ID, { ...ALL, marker: nextMarker, maxItems: 1 }),
      ).rejects.toMatchObject(missing)
      await expect(store.listAccounts({ marker: nextMarker, maxItems: 1 })).rejects.toMatchObject(
        missing,
      )
    })
  })
}

async function createUsers(store: Store, names: readonly string[]): Promise<void> {
  for (const [index, name] of names.entries()) await store.createUser(createUser(index, { name }))
}

async function* eachPage(store: Store, maxItems: number): AsyncGenerator<readonly string[]> {
  let marker: string | null = null
  do {
    const page: Awaited<ReturnType<Store['listUsers']>> = await store.listUsers(ACCOUNT_ID, {
      ...ALL,
      marker,
      maxItems,
    })
    yield page.items.map(user => user.name)
    marker = page.nextMarker
  } while (marker !== null)
}

async function listNames(store: Store, maxItems: number): Promise<readonly string[]> {
  const names: string[] = []
  for await (const page of eachPage(store, maxItems)) names.push(...page)
  return names
}
