import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Store } from '../ports.ts'
import { testAccessKeys } from './conformance-access-keys.ts'
import { testAccountReports } from './conformance-account-reports.ts'
import { testAccounts } from './conformance-accounts.ts'
import { testAttachments } from './conformance-attachments.ts'
import { testChanges } from './conformance-changes.ts'
import { testControlPolicies } from './conformance-control-policies.ts'
import { testGroups } from './conformance-groups.ts'
import { testInlinePolicies } from './conformance-inline-policies.ts'
import { testInstanceProfiles } from './conformance-instance-profiles.ts'
import { testIssuerKeys } from './conformance-issuer-keys.ts'
import { testIssuers } from './conformance-issuers.ts'
import { testKeyReaders } from './conformance-key-readers.ts'
import { testLastUses } from './conformance-last-uses.ts'
import { testManagedPolicies } from './conformance-managed-policies.ts'
import { testOidcProviders } from './conformance-oidc-providers.ts'
import { testPaging } from './conformance-paging.ts'
import { testPublications } from './conformance-publications.ts'
import { testRoles } from './conformance-roles.ts'
import { testSealed } from './conformance-sealed.ts'
import { testTurns } from './conformance-turns.ts'
import { testUsers } from './conformance-users.ts'
import { createAccount, OTHER_ACCOUNT_ID } from './records.ts'

/** The store under test; a fresh one, without any record, for each test. */
export type UseStore = () => Store

/**
 * The definition of a store: whatever passes this is one.
 *
 * @param openStore opens a store without any record
 */
export function testStore(name: string, openStore: () => Promise<Store>): void {
  describe(`a store: ${name}`, () => {
    let store: Store | null = null
    beforeEach(async () => {
      store = await openStore()
    })
    afterEach(async () => {
      await store?.close()
      store = null
    })
    const useStore: UseStore = () => {
      if (store === null) throw new Error('no store outside a test')
      return store
    }

    testAccounts(useStore)
    testUsers(useStore)
    testPaging(useStore)
    testGroups(useStore)
    testRoles(useStore)
    testInstanceProfiles(useStore)
    testInlinePolicies(useStore)
    testAttachments(useStore)
    testManagedPolicies(useStore)
    testOidcProviders(useStore)
    testControlPolicies(useStore)
    testAccessKeys(useStore)
    testLastUses(useStore)
    testAccountReports(useStore)
    testIssuers(useStore)
    testIssuerKeys(useStore)
    testKeyReaders(useStore)
    testPublications(useStore)
    testSealed(useStore)
    testChanges(useStore)
    testTurns(useStore)
    testLife(useStore)
  })
}

function testLife(useStore: UseStore): void {
  describe('facts and life', () => {
    it('keeps a fact and never overwrites it', async () => {
      const store = useStore()
      expect(await store.findMeta('canary')).toBeNull()
      await store.createMeta('canary', 'sealed')
      await expect(store.createMeta('canary', 'other')).rejects.toMatchObject({
        name: 'StoreError',
        reason: 'exists',
      })
      expect(await store.findMeta('canary')).toBe('sealed')
      expect(await store.findMeta('Canary')).toBeNull()
    })

    it('gives a fact to exactly one of two that create it at once', async () => {
      const store = useStore()
      const outcomes = await Promise.allSettled([
        store.createMeta('canary', 'a'),
        store.createMeta('canary', 'b'),
      ])
      expect(outcomes.map(outcome => outcome.status).sort()).toEqual(['fulfilled', 'rejected'])
    })

    it('answers while open and refuses when closed, and closes twice', async () => {
      const store = useStore()
      await expect(store.checkHealth()).resolves.toBeUndefined()
      await expect(store.checkWritable()).resolves.not.toThrow()
      await store.close()
      await expect(store.checkHealth()).rejects.toThrow()
      await expect(store.checkWritable()).rejects.toThrow()
      await expect(store.takeChangedTopics()).rejects.toThrow()
      await expect(store.createAccount(createAccount(OTHER_ACCOUNT_ID))).rejects.toThrow()
      await expect(store.close()).resolves.toBeUndefined()
    })
  })
}
