import { beforeEach, describe, expect, it } from 'vitest'
import type { Publication } from '../publication-ports.ts'
import type { UseStore } from './conformance.ts'
import { ACCOUNT_ID, createAccount, createFederation, OTHER_ACCOUNT_ID } from './records.ts'

const { issuerId: ISSUER_ID } = createFederation()
const OTHER_ISSUER_ID = '99999999-2222-4333-8444-555555555555'

function createPublication(changes: Partial<Publication> = {}): Publication {
  return {
    target: 'site',
    issuerId: ISSUER_ID,
    digest: 'digest',
    visibleSinceMs: { one: 1_000, two: 2_000 },
    checkedAtMs: 3_000,
    failingSinceMs: null,
    failure: null,
    ...changes,
  }
}

/** What a store owes to publishing. */
export function testPublications(useStore: UseStore): void {
  describe('publications', () => {
    beforeEach(async () => {
      const store = useStore()
      await store.createAccount(createAccount(ACCOUNT_ID))
      await store.createAccount(createAccount(OTHER_ACCOUNT_ID))
      await store.createFederation(createFederation(), [])
      const other = { accountId: OTHER_ACCOUNT_ID, issuerId: OTHER_ISSUER_ID }
      await store.createFederation(createFederation(other), [])
      await store.takeChangedTopics()
    })

    it('gives back what is known of an issuer at a target, the last word of it', async () => {
      const store = useStore()
      expect(await store.findPublication('site', ISSUER_ID)).toBeNull()
      await store.savePublication(createPublication({ digest: null, visibleSinceMs: {} }))
      const failing = createPublication({ failingSinceMs: 4_000, failure: 'it is gone' })
      for (const each of [createPublication(), failing]) {
        await store.savePublication(each)
        expect(await store.findPublication('site', ISSUER_ID)).toEqual(each)
      }
      expect(await store.findPublication('other', ISSUER_ID)).toBeNull()
      expect(await store.findPublication('site', OTHER_ISSUER_ID)).toBeNull()
    })

    it('counts, and lists what fails, the longest first', async () => {
      const store = useStore()
      expect(await store.countPublications()).toEqual([])
      const failing = createPublication({ failingSinceMs: 9_000, failure: 'b' })
      const longer = createPublication({
        issuerId: OTHER_ISSUER_ID,
        digest: null,
        failingSinceMs: 8_000,
        failure: 'a',
      })
      const elsewhere = createPublication({ target: 'other' })
      for (const each of [failing, longer, elsewhere]) await store.savePublication(each)
      expect(await store.countPublications()).toEqual([
        { target: 'other', visible: 1, failing: 0, oldestFailingSinceMs: null },
        { target: 'site', visible: 1, failing: 2, oldestFailingSinceMs: 8_000 },
      ])
      expect(await store.listFailingPublications('site', 9)).toEqual([longer, failing])
      expect(await store.listFailingPublications('site', 1)).toEqual([longer])
      expect(await store.listFailingPublications('other', 9)).toEqual([])
    })

    it('gives the mark of a target to one of two that follow the same one', async () => {
      const store = useStore()
      const target = { name: 'site', epoch: 1, mark: 'a', formerMark: '' }
      expect(await store.findPublishingTarget('site')).toBeNull()
      await store.savePublishingTarget(target, null)
      const conflict = { name: 'StoreError', reason: 'conflict' }
      await expect(store.savePublishingTarget(target, null)).rejects.toMatchObject(conflict)
      const next = { ...target, mark: 'b', formerMark: 'a' }
      await store.savePublishingTarget(next, 'a')
      await expect(store.savePublishingTarget(next, 'a')).rejects.toMatchObject(conflict)
      await expect(
        store.savePublishingTarget({ ...target, name: 'other' }, 'a'),
      ).rejects.toMatchObject(conflict)
      const health = { failingSinceMs: null, failure: null }
      expect(await store.findPublishingTarget('site')).toEqual({ ...next, ...health })
      expect(await store.findPublishingTarget('other')).toBeNull()
    })

    it('keeps whether a target works, beside its marks, before there are any', async () => {
      const store = useStore()
      const failing = { failingSinceMs: 5_000, failure: 'it is gone' }
      await store.saveTargetHealth('site', failing)
      const empty = { name: 'site', epoch: 0, mark: '', formerMark: '' }
      expect(await store.findPublishingTarget('site')).toEqual({ ...empty, ...failing })
      const target = { ...empty, epoch: 1, mark: 'a' }
      await store.savePublishingTarget(target, null)
      expect(await store.findPublishingTarget('site')).toEqual({ ...target, ...failing })
      const healthy = { failingSinceMs: null, failure: null }
      await store.saveTargetHealth('site', healthy)
      expect(await store.findPublishingTarget('site')).toEqual({ ...target, ...healthy })
    })

    it('is no change, and knows the number of the newest one', async () => {
      const store = useStore()
      const before = await store.findNewestChange()
      await store.savePublication(createPublication())
      await store.saveTargetHealth('site', { failingSinceMs: 1, failure: 'a' })
      expect(await store.takeChangedTopics()).toEqual([])
      expect(await store.findNewestChange()).toBe(before)
      await store.saveFederationEnabled(ACCOUNT_ID, false, 9_000)
      expect(await store.findNewestChange()).toBeGreaterThan(before)
    })
  })
}
