import { ServiceError } from '../errors.ts'
import type { Account } from '../principals/entities.ts'
import { mapStoreError } from './map-store-error.ts'
import type { Turn } from './turn.ts'

/** Lower-case letters, digits and single hyphens between them (botocore: accountAliasType). */
const ALIAS = /^[a-z0-9](?:[a-z0-9]|-(?!-)){1,61}[a-z0-9]$/

/**
 * Gives an account an alias, which replaces the one that it has (AWS IAM API Reference:
 * CreateAccountAlias).
 * @throws ServiceError `ValidationError`, `EntityAlreadyExists` when another account has it
 */
export async function setAccountAlias(
  { store }: Turn,
  account: Account,
  alias: string,
): Promise<void> {
  if (!ALIAS.test(alias)) {
    throw new ServiceError(
      'ValidationError',
      `${alias} is not an alias: 3 to 63 lower-case letters, digits and single hyphens`,
    )
  }
  await mapStoreError(store.saveAccountAlias(account.id, alias), {
    exists: () =>
      new ServiceError('EntityAlreadyExists', `The account alias ${alias} already exists.`),
  })
}

/** Takes the alias from an account. @throws ServiceError `NoSuchEntity` when it has another one or none */
export async function deleteAccountAlias(
  { store }: Turn,
  account: Account,
  alias: string,
): Promise<void> {
  if ((await store.findAccountAlias(account.id)) !== alias) {
    throw new ServiceError('NoSuchEntity', `The account alias ${alias} cannot be found.`)
  }
  await store.deleteAccountAlias(account.id)
}
