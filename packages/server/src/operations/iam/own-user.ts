import { requireUser } from '../../changes/lookups.ts'
import { ServiceError } from '../../errors.ts'
import { formatRootArn, toArnHome } from '../../principals/arn.ts'
import type { User } from '../../principals/entities.ts'
import type { StoreReader } from '../../store/ports.ts'
import type { Call, Permission } from '../operation.ts'
import { permissionsOnPrincipal } from './iam-principal.ts'

/**
 * The user that an operation is about: the named one, or the caller's own when no name is given.
 * Null stands for the account's root, when the root itself calls without a name.
 *
 * @throws ServiceError `ValidationError` for a caller with temporary credentials who gives no name
 */
function chooseUserName(name: string | undefined, { caller }: Call): string | null {
  if (name !== undefined) return name
  if (caller.session === null && caller.kind === 'user') return caller.user.name
  if (caller.session === null && caller.kind === 'root') return null
  throw new ServiceError(
    'ValidationError',
    'Must specify userName when calling with non-User credentials',
  )
}

/**
 * The user of {@link chooseUserName}; null for the root.
 * @param store the store of the turn, in operations that change something
 * @throws ServiceError `NoSuchEntity`, `ValidationError`
 */
export async function findChosenUser(
  name: string | undefined,
  call: Call,
  store: StoreReader = call.services.store,
): Promise<User | null> {
  const chosen = chooseUserName(name, call)
  return chosen === null ? null : requireUser(store, call.caller.account.id, chosen)
}

/** The permission on the user of {@link chooseUserName}, or on the root. @throws ServiceError `ValidationError` */
export async function permissionsOnChosenUser(
  call: Call,
  action: `iam:${string}`,
  name: string | undefined,
): Promise<readonly Permission[]> {
  const chosen = chooseUserName(name, call)
  if (chosen !== null) return permissionsOnPrincipal(call, action, 'user', chosen)
  const resource = formatRootArn(toArnHome(call.caller.account))
  return [{ action, resource, context: [] }]
}
