import { ServiceError } from '../errors.ts'
import type { Policy, PrincipalEntry } from '../policy/policy-document.ts'
import { isFederatedUserArn, type Partition, parseArn } from '../principals/arn.ts'
import type { TrustPin } from '../principals/entities.ts'
import { type AccountId, isAccountId } from '../principals/identifiers.ts'
import { findPin, type PrincipalLookup } from './find-pin.ts'

/**
 * Looks up every principal that a trust policy names, when the policy is written. As on AWS, each
 * account, user and role must exist, in the partition of the role that is to trust it
 * (aws-wire-news §3).
 * @throws ServiceError `MalformedPolicyDocument`, for the first that does not
 */
export async function pinTrustPolicy(
  policy: Policy,
  partition: Partition,
  lookup: PrincipalLookup,
): Promise<readonly TrustPin[]> {
  const pins = new Map<string, TrustPin>()
  for (const entry of policy.statements.flatMap(({ principals }) => principals?.entries ?? [])) {
    const { type, text } = nameEntry(entry)
    if (pins.has(text)) continue
    const known = await lookUp(entry, lookup)
    if (known === null || (known.partition ?? partition) !== partition) {
      throw new ServiceError(
        'MalformedPolicyDocument',
        `Invalid principal in policy: "${type}":"${text}"`,
      )
    }
    if (known.pin !== null) pins.set(text, known.pin)
  }
  return [...pins.values()]
}

/** A principal as the document has it. */
function nameEntry(entry: PrincipalEntry): { readonly type: string; readonly text: string } {
  switch (entry.kind) {
    case 'everyone':
      return { type: 'AWS', text: '*' }
    case 'account': {
      const { partition, accountId } = entry
      const text = partition === null ? accountId : `arn:${partition}:iam::${accountId}:root`
      return { type: 'AWS', text }
    }
    case 'arn':
      return { type: 'AWS', text: entry.arn }
    case 'unique-id':
      return { type: 'AWS', text: entry.uniqueId }
    case 'federated':
      return { type: 'Federated', text: entry.provider }
    case 'service':
      return { type: 'Service', text: entry.service }
  }
}

/** A principal that exists. */
interface Known {
  /** Null for a principal of no partition. */
  readonly partition: string | null
  /** Null for a principal without an id of its own. */
  readonly pin: TrustPin | null
}

const OF_NO_PARTITION: Known = { partition: null, pin: null }

async function lookUp(entry: PrincipalEntry, lookup: PrincipalLookup): Promise<Known | null> {
  switch (entry.kind) {
    case 'everyone':
    case 'service':
      return OF_NO_PARTITION
    case 'federated':
      // Whether the provider is registered does not matter, as on AWS (observed).
      return { ...OF_NO_PARTITION, partition: parseArn(entry.provider)?.partition ?? null }
    case 'account':
      return findAccount(entry.accountId, entry.partition, lookup)
    case 'arn':
      return isFederatedUserArn(entry.arn)
        ? findAccountOf(entry.arn, lookup)
        : findPrincipal(entry.arn, lookup)
    case 'unique-id':
      return findPrincipal(entry.uniqueId, lookup)
  }
}

async function findAccount(
  accountId: AccountId,
  namedPartition: string | null,
  lookup: PrincipalLookup,
): Promise<Known | null> {
  const account = await lookup.findAccount(accountId)
  if (account === null || (namedPartition ?? account.partition) !== account.partition) return null
  return { partition: account.partition, pin: null }
}

async function findPrincipal(text: string, lookup: PrincipalLookup): Promise<Known | null> {
  const pin = await findPin(text, lookup)
  const account = pin === null ? null : await lookup.findAccount(pin.accountId)
  return account === null ? null : { partition: account.partition, pin }
}

async function findAccountOf(arn: string, lookup: PrincipalLookup): Promise<Known | null> {
  const { partition = '', account = '' } = parseArn(arn) ?? {}
  return isAccountId(account) ? findAccount(account, partition, lookup) : null
}
