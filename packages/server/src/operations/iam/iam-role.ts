import { ServiceError } from '../../errors.ts'
import { formatRoleArn } from '../../principals/arn.ts'
import type { Role } from '../../principals/entities.ts'
import { type Infer, integer, optional, required, string, structure } from '../../shapes/shape.ts'
import { checkTrustPolicy } from '../../trust/check-trust-policy.ts'
import { pinTrustPolicy } from '../../trust/pin-trust-policy.ts'
import { showTrustPolicy } from '../../trust/show-trust-policy.ts'
import type { Call } from '../operation.ts'
import { homeOf } from './find-entity.ts'
import { attachedPermissionsBoundary, dateTime, tags } from './iam-shapes.ts'
import { formatBoundary } from './permissions-boundary.ts'
import { encodePolicyDocument, measurePolicy } from './policy-document.ts'
import { createQuotaError } from './quota.ts'
import { orRefuse } from './store-refusal.ts'

/** Characters of a trust policy, AWS's default (AWS IAM User Guide: quotas). */
export const MAX_TRUST_POLICY_CHARACTERS = 2048

/** When and where a session of a role was last used; empty when none ever was. */
export const roleLastUsedShape = structure('RoleLastUsed', {
  lastUsedDate: optional(dateTime),
  region: optional(string()),
})

/** A role on the wire. `RoleLastUsed` is there in `GetRole` alone. */
export const roleShape = structure('Role', {
  path: required(string()),
  roleName: required(string()),
  roleId: required(string()),
  arn: required(string()),
  createDate: required(dateTime),
  assumeRolePolicyDocument: optional(string()),
  description: optional(string()),
  maxSessionDuration: optional(integer()),
  permissionsBoundary: optional(attachedPermissionsBoundary),
  tags: optional(tags),
  roleLastUsed: optional(roleLastUsedShape),
})

/** A role as listings show it: without boundary and tags (AWS IAM API Reference: ListRoles). */
export async function summarizeRole(
  { caller: { account }, services }: Call,
  role: Role,
): Promise<Infer<typeof roleShape>> {
  const trustPolicy = await showTrustPolicy(role, account.partition, services.store)
  return {
    path: role.path,
    roleName: role.name,
    roleId: role.id,
    arn: formatRoleArn(homeOf(account), role.path, role.name),
    createDate: role.createdAtMs,
    assumeRolePolicyDocument: encodePolicyDocument(trustPolicy),
    description: role.description ?? undefined,
    maxSessionDuration: role.maxSessionSeconds,
  }
}

/** A role with everything; an empty set of tags is left out. */
export async function describeRole(call: Call, role: Role): Promise<Infer<typeof roleShape>> {
  return {
    ...(await summarizeRole(call, role)),
    permissionsBoundary: formatBoundary(role.permissionsBoundaryArn),
    tags: role.tags.length === 0 ? undefined : role.tags,
  }
}

/** Looks up when a role was last used. A use counts some time after it happened. */
export async function findRoleLastUsed(
  { services }: Call,
  role: Role,
): Promise<Infer<typeof roleLastUsedShape>> {
  const use = await services.store.findRoleUse(role.accountId, role.id)
  return use === null ? {} : { lastUsedDate: use.usedAtMs, region: use.region }
}

/**
 * Reads who is to be trusted, and looks up whom that means now.
 * @throws ServiceError `MalformedPolicyDocument`, `LimitExceeded`
 */
export async function readTrustPolicy(
  { caller: { account }, services }: Call,
  document: string,
): Promise<Pick<Role, 'trustPolicy' | 'trustPins'>> {
  const policy = checkTrustPolicy(document, services.trustRules)
  if (measurePolicy(document) > MAX_TRUST_POLICY_CHARACTERS) {
    throw createQuotaError('ACLSizePerRole', MAX_TRUST_POLICY_CHARACTERS)
  }
  const trustPins = await pinTrustPolicy(policy, account.partition, services.store)
  return { trustPolicy: document, trustPins }
}

/** Saves a role that was just looked up. @throws ServiceError `NoSuchEntity` when it has gone meanwhile */
export function saveRole({ services }: Call, role: Role): Promise<void> {
  return orRefuse(services.store.saveRole(role), {
    missing: () =>
      new ServiceError('NoSuchEntity', `The role with name ${role.name} cannot be found.`),
  })
}
