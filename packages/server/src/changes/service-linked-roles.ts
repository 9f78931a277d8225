import { ServiceError } from '../errors.ts'
import type { Account, Role } from '../principals/entities.ts'
import { requireRole } from './lookups.ts'
import { noSuchEntity } from './refusals.ts'
import { createRole, isServiceLinked, SERVICE_LINKED_PATH } from './roles.ts'
import { findServiceLink } from './service-linked-services.ts'
import type { Turn } from './turn.ts'

const MAX_SESSION_SECONDS = 3600

/** The service that a role is to be linked to. */
export interface ServiceLinkedRoleOptions {
  /** `ecs.amazonaws.com` */
  readonly service: string
  readonly description: string | null
  /** Tells several roles of one service apart. Null for the one without a suffix. */
  readonly suffix: string | null
}

/** The path and name of a service-linked role. @throws ServiceError `InvalidInput` */
export function nameServiceLinkedRole({
  service,
  suffix,
}: Pick<ServiceLinkedRoleOptions, 'service' | 'suffix'>): Pick<Role, 'path' | 'name'> {
  const link = findServiceLink(service)
  if (link === null) {
    // The text is UNVERIFIED.
    throw new ServiceError('InvalidInput', `${service} is not a valid AWS service name.`)
  }
  if (suffix !== null && !link.takesSuffix) {
    throw new ServiceError('InvalidInput', `Custom suffix is not allowed for ${service}`)
  }
  const name = suffix === null ? link.roleName : `${link.roleName}_${suffix}`
  return { path: `${SERVICE_LINKED_PATH}${service}/`, name }
}

/**
 * Makes the role that a service of AWS's would assume, with the policy that AWS gives it. Nobody assumes
 * it here, since there is no such service.
 * @throws ServiceError `InvalidInput`, `ValidationError`
 */
export async function createServiceLinkedRole(
  turn: Turn,
  account: Account,
  options: ServiceLinkedRoleOptions,
): Promise<Role> {
  const { path, name } = nameServiceLinkedRole(options)
  if ((await turn.store.findRole(account.id, name)) !== null) {
    throw new ServiceError(
      'InvalidInput',
      `Service role name ${name} has been taken in this account, please try a different suffix.`,
    )
  }
  const role = await createRole(turn, account, {
    name,
    path,
    description: options.description,
    trustPolicy: JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Principal: { Service: options.service }, Action: 'sts:AssumeRole' },
      ],
    }),
    maxSessionSeconds: MAX_SESSION_SECONDS,
    tags: [],
    permissionsBoundaryArn: null,
  })
  const policyName = findServiceLink(options.service)?.policyName ?? null
  if (policyName !== null) {
    const policyArn = `arn:${account.partition}:iam::aws:policy${SERVICE_LINKED_PATH}${policyName}`
    await turn.store.attachPolicy(role.accountId, role.id, policyArn)
  }
  return role
}

/**
 * Deletes a service-linked role with its policy: no service here can be using it.
 * @throws ServiceError `NoSuchEntity`, also for a role that is not linked to a service
 */
export async function deleteServiceLinkedRole(
  { store }: Turn,
  account: Account,
  name: string,
): Promise<Role> {
  const role = await requireRole(store, account.id, name)
  // What AWS says of another role is UNVERIFIED; the model has no other error.
  if (!isServiceLinked(role)) throw noSuchEntity('role', name)
  await store.deleteRole(role.accountId, role.id)
  return role
}
