import { ServiceError } from '../errors.ts'
import { parsePolicy } from '../policy/parse-policy.ts'
import { formatRoleArn, isFederatedUserArn, parseArn, toArnHome } from '../principals/arn.ts'
import type { Role, TrustPin } from '../principals/entities.ts'
import { isAccountId } from '../principals/identifiers.ts'
import type { Store, TurnStore } from '../store/ports.ts'
import { findPin } from './find-pin.ts'

/** A role whose trust was stored before names were looked up. */
export interface PinnedRole {
  readonly roleArn: string
  /** Whom each name in its trust policy stands for from now on; nobody where the id is null. */
  readonly pins: readonly TrustPin[]
  /** Its trust policy can't be read, so it trusts nobody. */
  readonly isUnreadable: boolean
}

const BATCH = 100

/**
 * Binds the trust policies that were stored by name to the principals that have the names now. A name
 * that nobody has matches nobody from then on. A second run, or several processes at once, change
 * nothing more. @throws StoreFailure
 */
export async function pinStoredRoles(
  store: Store,
  report: (pinned: PinnedRole) => void,
): Promise<void> {
  let roles = await store.listUnpinnedRoles(BATCH)
  while (roles.length > 0) {
    for (const { accountId, id } of roles) {
      const pinned = await store.inTurn([accountId], turn => pinRole(turn, accountId, id))
      if (pinned !== null) report(pinned)
    }
    roles = await store.listUnpinnedRoles(BATCH)
  }
}

async function pinRole(
  turn: TurnStore,
  accountId: Role['accountId'],
  id: Role['id'],
): Promise<PinnedRole | null> {
  const role = await turn.findRoleById(accountId, id)
  const account = await turn.findAccount(accountId)
  // Another process may have pinned it first.
  if (role === null || account === null || role.trustPins !== null) return null
  const names = listNames(role.trustPolicy)
  const pins: TrustPin[] = []
  for (const name of names ?? []) {
    const pin = (await findPin(name, turn)) ?? createEmptyPin(name)
    if (pin !== null) pins.push(pin)
  }
  await turn.saveRole({ ...role, trustPins: pins })
  const roleArn = formatRoleArn(toArnHome(account), role.path, role.name)
  return { roleArn, pins, isUnreadable: names === null }
}

/** The users, roles and sessions that a trust policy names, each once; null when it can't be read. */
function listNames(document: string): readonly string[] | null {
  try {
    const { statements } = parsePolicy(document, 'trust')
    const entries = statements.flatMap(({ principals }) => principals?.entries ?? [])
    const names = entries.flatMap(entry => {
      if (entry.kind === 'unique-id') return [entry.uniqueId]
      return entry.kind === 'arn' && !isFederatedUserArn(entry.arn) ? [entry.arn] : []
    })
    return [...new Set(names)]
  } catch (error) {
    if (error instanceof ServiceError) return null
    throw error
  }
}

/** For a name that nobody has; a unique id that nobody has needs none. */
function createEmptyPin(name: string): TrustPin | null {
  const accountId = parseArn(name)?.account ?? ''
  return isAccountId(accountId) ? { arn: name, accountId, id: null } : null
}
