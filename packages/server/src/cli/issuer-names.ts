import type { OpenData } from '../composition.ts'
import type { IssuerName, IssuerNames } from '../issuer/issuer-names.ts'
import type { Account } from '../principals/entities.ts'
import { listAll } from '../store/list-all.ts'
import { CliError } from './cli-error.ts'
import { formatInstant } from './key-slots.ts'

/** The name with this text. @throws CliError `record` when none has it, or it is not served any more */
export function requireServedName(
  { issuerNames }: { readonly issuerNames: IssuerNames },
  text: string,
): IssuerName {
  const name = issuerNames.findName(text)
  if (name === null) {
    const known = issuerNames.all.map(each => each.text).join(', ')
    throw new CliError('record', `No issuer has the name ${text}. There are: ${known}.`)
  }
  if (issuerNames.isServed(name)) return name
  throw new CliError(
    'record',
    `The name ${text} has not been served since ${formatInstant(name.untilMs)}.`,
  )
}

/** What one account says of the name in its tokens. */
export interface OwnName {
  readonly account: Account
  /** As it was configured when the account chose it. */
  readonly signAs: string
}

/** The accounts that have chosen a name of their own. */
export async function listOwnNames({ store }: OpenData): Promise<readonly OwnName[]> {
  const found: OwnName[] = []
  for (const account of await listAll(page => store.listAccounts(page))) {
    const signAs = (await store.findFederation(account.id))?.signAs ?? null
    if (signAs !== null) found.push({ account, signAs })
  }
  return found
}
