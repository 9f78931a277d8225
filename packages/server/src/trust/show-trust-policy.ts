import { ServiceError } from '../errors.ts'
import { rewriteAwsPrincipals } from '../policy/rewrite-principals.ts'
import { formatRootArn, type Partition, toArnHome } from '../principals/arn.ts'
import type { Role, TrustPin } from '../principals/entities.ts'
import { isAccountId } from '../principals/identifiers.ts'
import { findPrincipalById, type PrincipalLookup } from './find-pin.ts'
import { formatPrincipalArn, formatPrincipalId, parseNamedPrincipal } from './named-principal.ts'

/** A role's trust policy. */
export type StoredTrust = Pick<Role, 'trustPolicy' | 'trustPins'>

/**
 * The trust policy as AWS shows it: users and roles by the ARN that they have now, by their unique id
 * when they are gone; accounts by the ARN of their root. All else stands as it was written.
 */
export async function showTrustPolicy(
  role: StoredTrust,
  partition: Partition,
  lookup: PrincipalLookup,
): Promise<string> {
  const names = await findNewNames(role, lookup)
  // In most policies nobody was renamed; parsing them all would slow down a listing.
  if (names.size === 0 && !ACCOUNT_NUMBER.test(role.trustPolicy)) return role.trustPolicy
  return rewrite(role.trustPolicy, text =>
    isAccountId(text) ? formatRootArn({ partition, accountId: text }) : (names.get(text) ?? text),
  )
}

const ACCOUNT_NUMBER = /"\d{12}"/

/**
 * The trust policy as a declaration has it: as it was written, except for users and roles that have
 * another name now, or none.
 * @param formatNobody how a name is shown that nobody had
 */
export async function exportTrustPolicy(
  role: StoredTrust,
  lookup: PrincipalLookup,
  formatNobody: (arn: string) => string,
): Promise<string> {
  const names = await findNewNames(role, lookup)
  for (const { arn, id } of role.trustPins ?? []) if (id === null) names.set(arn, formatNobody(arn))
  return rewrite(role.trustPolicy, text => names.get(text) ?? text)
}

/** The new name of each principal whose name differs from the one in the policy. */
async function findNewNames(
  { trustPins }: StoredTrust,
  lookup: PrincipalLookup,
): Promise<Map<string, string>> {
  const names = new Map<string, string>()
  for (const pin of trustPins ?? []) {
    const name = await findCurrentName(pin, lookup)
    if (name !== null && name !== pin.arn) names.set(pin.arn, name)
  }
  return names
}

async function findCurrentName(
  { arn, accountId, id }: TrustPin,
  lookup: PrincipalLookup,
): Promise<string | null> {
  if (id === null) return null
  const sessionName = parseNamedPrincipal(arn)?.sessionName ?? null
  const found = await findPrincipalById(accountId, id, lookup)
  return found === null
    ? formatPrincipalId(id, sessionName)
    : formatPrincipalArn(toArnHome(found.account), found.entity, sessionName)
}

/** What can't be read is shown as it is. */
function rewrite(document: string, rename: (text: string) => string): string {
  try {
    return rewriteAwsPrincipals(document, rename)
  } catch (error) {
    if (error instanceof ServiceError) return document
    throw error
  }
}
