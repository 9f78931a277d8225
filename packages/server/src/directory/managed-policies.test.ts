import { expect, it } from 'vitest'
import type { ManagedPolicyStore } from '../store/iam-ports.ts'
import { createSqliteStore } from '../store/sqlite/sqlite-store.ts'
import {
  ACCOUNT_ID,
  createAccount,
  createManagedPolicy,
  createPolicyVersion,
  OTHER_ACCOUNT_ID,
} from '../store/test/records.ts'
import { createManagedPolicyCache } from './managed-policies.ts'
import { formatPolicy } from './test/world.ts'

const POLICY = createManagedPolicy(1)
const KEY = { accountId: ACCOUNT_ID, arn: POLICY.arn }

async function createStore() {
  const store = await createSqliteStore({ path: ':memory:' })
  await store.createAccount(createAccount(ACCOUNT_ID))
  await store.createManagedPolicy(POLICY, createPolicyVersion(1, formatPolicy('Allow', 'a:One')))
  return store
}

it('compiles the default version, and finds nothing in another account', async () => {
  const store = await createStore()
  const document = formatPolicy('Allow', 'a:Two', { Sid: 'second' })
  await store.createPolicyVersion(POLICY, createPolicyVersion(2, document))
  const cache = createManagedPolicyCache({ store, maxEntries: 10 })
  const readSids = async () => (await cache.get(KEY))?.policy.statements.map(({ id }) => id)
  expect(await readSids()).toEqual(['0'])
  await store.saveManagedPolicy({ ...POLICY, defaultVersionId: 'v2' })
  expect(await readSids()).toEqual(['0'])
  cache.invalidate([`managed-policy:${POLICY.arn}`])
  expect(await readSids()).toEqual(['second'])
  expect(await cache.get({ ...KEY, accountId: OTHER_ACCOUNT_ID })).toBeNull()
  await store.close()
})

it('refuses a policy whose default version goes between two reads, and keeps nothing of it', async () => {
  const store = await createStore()
  const overtaken: ManagedPolicyStore = {
    ...store,
    listPolicyVersions: async () => [createPolicyVersion(2, formatPolicy('Allow', 'a:Two'))],
  }
  const cache = createManagedPolicyCache({ store: overtaken, maxEntries: 10 })
  await expect(cache.get(KEY)).rejects.toThrow(`${POLICY.arn} has lost its default version`)
  overtaken.listPolicyVersions = () => store.listPolicyVersions(ACCOUNT_ID, POLICY.arn)
  expect((await cache.get(KEY))?.policyId).toBe(POLICY.arn)
  await store.close()
})
