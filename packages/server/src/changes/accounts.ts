import { ServiceError } from '../errors.ts'
import type { Account, OrganizationPlacement } from '../principals/entities.ts'
import { mapStoreError } from './map-store-error.ts'
import type { Turn } from './turn.ts'

/** Makes an account. @throws ServiceError `EntityAlreadyExists` */
export async function createAccount(
  { store, nowMs }: Turn,
  options: Omit<Account, 'createdAtMs'>,
): Promise<Account> {
  const account = { ...options, createdAtMs: nowMs }
  await mapStoreError(store.createAccount(account), {
    exists: () => new ServiceError('EntityAlreadyExists', `Account ${account.id} already exists.`),
  })
  return account
}

/** Puts an account into its place in an organization, or out of any (null). */
export async function placeAccount(
  { store }: Turn,
  account: Account,
  organization: OrganizationPlacement | null,
): Promise<Account> {
  await store.placeAccount(account.id, organization)
  return { ...account, organization }
}
