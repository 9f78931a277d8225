import { formatUserArn, toArnHome } from '../../principals/arn.ts'
import type { User } from '../../principals/entities.ts'
import type { LastUse } from '../../store/iam-ports.ts'
import type { Call } from '../operation.ts'
import { isPolicyArn } from './service-access.ts'
import { loadSource } from './simulated-principal.ts'

/**
 * The most users of one group, or with one policy, that are looked at. AWS's answers have a limit
 * too.
 */
const MAX_USERS = 1000

/** A user who may use a service, and when one of the user's keys last did; null for never. */
export interface ServiceUser {
  readonly user: User
  readonly arn: string
  readonly lastUse: LastUse | null
}

/**
 * The users that a subject stands for, with their last use of a service: a group for its members, a
 * policy for the users that it is attached to. Roles stand for none: which service they used is not
 * known.
 * @throws ServiceError `InvalidInput`, `NoSuchEntity`
 */
export async function listServiceUsers(
  call: Call,
  subject: string,
  namespace: string,
): Promise<readonly ServiceUser[]> {
  const found: ServiceUser[] = []
  for (const user of await listUsers(call, subject)) {
    const { account } = call.caller
    const arn = formatUserArn(toArnHome(account), user.path, user.name)
    found.push({ user, arn, lastUse: await findLastUse(call, user, namespace) })
  }
  return found
}

/** The one of several that was seen last; null when none ever was. */
export function findLatest(
  users: readonly ServiceUser[],
): (ServiceUser & { readonly lastUse: LastUse }) | null {
  return users
    .flatMap(({ lastUse, ...user }) => (lastUse === null ? [] : [{ ...user, lastUse }]))
    .reduce<(ServiceUser & { readonly lastUse: LastUse }) | null>(
      (latest, user) =>
        latest === null || user.lastUse.usedAtMs > latest.lastUse.usedAtMs ? user : latest,
      null,
    )
}

async function listUsers(call: Call, subject: string): Promise<readonly User[]> {
  const { store } = call.services
  const { id: accountId } = call.caller.account
  if (isPolicyArn(subject)) {
    const entities = await store.listPolicyEntities(accountId, subject)
    const ids = entities.filter(({ kind, usage }) => kind === 'user' && usage === 'attached')
    const users = await Promise.all(
      ids.slice(0, MAX_USERS).map(({ id }) => store.findUserById(accountId, id)),
    )
    return users.flatMap(user => user ?? [])
  }
  const { kind, id, name } = await loadSource(call, subject)
  if (kind === 'group') {
    const page = { marker: null, maxItems: MAX_USERS }
    return (await store.listGroupMembers(accountId, id, page)).items
  }
  const user = kind === 'user' ? await store.findUser(accountId, name) : null
  return user === null ? [] : [user]
}

async function findLastUse(
  { services: { store } }: Call,
  { accountId, id }: User,
  namespace: string,
): Promise<LastUse | null> {
  const keys = await store.listAccessKeys(accountId, id)
  const uses = await Promise.all(keys.map(key => store.findAccessKeyUse(key.id)))
  return uses.reduce<LastUse | null>((latest, use) => {
    if (use === null || use.service !== namespace) return latest
    return latest === null || use.usedAtMs > latest.usedAtMs ? use : latest
  }, null)
}
