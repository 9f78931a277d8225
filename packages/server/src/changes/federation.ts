import { ServiceError } from '../errors.ts'
import type { AccountId } from '../principals/identifiers.ts'
import type { Federation, IssuerKey } from '../store/ports.ts'
import type { Turn } from './turn.ts'

/**
 * The issuer of an account that has none yet. It is made before the turn, because making keys takes
 * time.
 */
export interface FirstFederation {
  readonly issuerId: string
  readonly keys: readonly IssuerKey[]
}

/**
 * Lets an account issue tokens.
 * @param first the issuer for an account that has none; null when the account is known to have one
 * @throws ServiceError `FeatureEnabled`
 */
export async function enableFederation(
  { store, nowMs }: Pick<Turn, 'store' | 'nowMs'>,
  accountId: AccountId,
  first: FirstFederation | null,
): Promise<Federation> {
  const present = await store.findFederation(accountId)
  if (present === null) {
    if (first === null) throw new Error(`the federation of account ${accountId} has vanished`)
    const { issuerId, keys } = first
    const change = { enabled: true, changedAtMs: nowMs, previousChangeAtMs: null }
    const federation = { accountId, issuerId, ...change, signAs: null }
    await store.createFederation(federation, keys)
    return federation
  }
  if (present.enabled) {
    throw new ServiceError(
      'FeatureEnabled',
      `Outbound identity federation is already enabled for account ${accountId}`,
    )
  }
  await store.saveFederationEnabled(accountId, true, nowMs)
  const previousChangeAtMs = present.changedAtMs
  return { ...present, enabled: true, changedAtMs: nowMs, previousChangeAtMs }
}

/**
 * Chooses the name in an account's tokens among those that the installation has. Null: that of the
 * installation. @returns what it had chosen before
 * @throws ServiceError `NoSuchEntity` when it has no issuer
 */
export async function chooseIssuerName(
  { store }: Pick<Turn, 'store'>,
  accountId: AccountId,
  name: string | null,
): Promise<string | null> {
  const present = await store.findFederation(accountId)
  if (present === null) {
    throw new ServiceError('NoSuchEntity', `Account ${accountId} has no issuer yet.`)
  }
  await store.saveSignAs(accountId, name)
  return present.signAs
}

/** Lets an account issue no more tokens. @throws ServiceError `FeatureDisabled` */
export async function disableFederation(
  { store, nowMs }: Pick<Turn, 'store' | 'nowMs'>,
  accountId: AccountId,
): Promise<void> {
  const present = await store.findFederation(accountId)
  if (present?.enabled !== true) {
    throw new ServiceError(
      'FeatureDisabled',
      `Outbound identity federation is already disabled for account ${accountId}`,
    )
  }
  await store.saveFederationEnabled(accountId, false, nowMs)
}
