import type { Account } from '../principals/entities.ts'
import type { AccountStore, IssuerStore } from '../store/ports.ts'

/** The account whose tokens an issuer signs; null when nobody has it. */
export async function findIssuerOwner(
  store: Pick<AccountStore, 'findAccount'> & Pick<IssuerStore, 'findFederationByIssuerId'>,
  issuerId: string,
): Promise<Account | null> {
  const federation = await store.findFederationByIssuerId(issuerId)
  return federation === null ? null : store.findAccount(federation.accountId)
}
