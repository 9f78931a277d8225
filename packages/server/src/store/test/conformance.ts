import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Store } from '../ports.ts'
import { describeAccessKeys } from './conformance-access-keys.ts'
import { describeAccountReports } from './conformance-account-reports.ts'
import { describeAccounts } from './conformance-accounts.ts'
import { describeAttachments } from './conformance-attachments.ts'
import { describeChanges } from './conformance-changes.ts'
import { describeControlPolicies } from './conformance-control-policies.ts'
import { describeGroups } from './conformance-groups.ts'
import { describeInlinePolicies } from './conformance-inline-policies.ts'
import { describeIssuers } from './conformance-issuers.ts'
import { describeLastUses } from './conformance-last-uses.ts'
import { describeManagedPolicies } from './conformance-managed-policies.ts'
import { describeOidcProviders } from './conformance-oidc-providers.ts'
import { describePaging } from './conformance-paging.ts'
import { describeRoles } from './conformance-roles.ts'
import { describeTurns } from './conformance-turns.ts'
import { describeUsers } from './conformance-users.ts'
import { createAccount, OTHER_ACCOUNT_ID } from './records.ts'

/** The store under test; a fresh one, without any record, for each test. */
export type UseStore = () => Store

/**
 * The definition of a store: whatever passes this is one.
 *
 * @param openStore opens a store without any record
 */
export function describeStore(name: string, openStore: () => Promise<Store>): void {
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

    describeAccounts(useStore)
    describeUsers(useStore)
    describePaging(useStore)
    describeGroups(useStore)
    describeRoles(useStore)
    describeInlinePolicies(useStore)
    describeAttachments(useStore)
    describeManagedPolicies(useStore)
    describeOidcProviders(useStore)
    describeControlPolicies(useStore)
    describeAccessKeys(useStore)
    describeLastUses(useStore)
    describeAccountReports(useStore)
    describeIssuers(useStore)
    describeChanges(useStore)
    describeTurns(useStore)
    describeLife(useStore)
  })
}

function describeLife(useStore: UseStore): void {
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
