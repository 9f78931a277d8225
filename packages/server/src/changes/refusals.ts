import { ServiceError } from '../errors.ts'
import type { HolderKind } from './policy-holder.ts'

/** There is no user, group or role of that name, or no policy of that name in one. */
export function noSuchEntity(
  kind: HolderKind | `${HolderKind} policy`,
  name: string,
): ServiceError {
  return new ServiceError('NoSuchEntity', `The ${kind} with name ${name} cannot be found.`)
}

/** The name of a user, group or role is taken. */
export function entityExists(kind: 'User' | 'Group' | 'Role', name: string): ServiceError {
  return new ServiceError('EntityAlreadyExists', `${kind} with name ${name} already exists.`)
}

/** There is no such instance profile. */
export function noSuchInstanceProfile(name: string): ServiceError {
  return new ServiceError('NoSuchEntity', `Instance Profile ${name} cannot be found.`)
}

/** The name of an instance profile is taken. */
export function instanceProfileExists(name: string): ServiceError {
  return new ServiceError('EntityAlreadyExists', `Instance Profile ${name} already exists.`)
}

/** There is no such policy, or it is not attached. */
export function noSuchPolicy(policyArn: string): ServiceError {
  return new ServiceError('NoSuchEntity', `Policy ${policyArn} was not found.`)
}

/** There is no such policy to be attached. */
export function notAttachable(policyArn: string): ServiceError {
  return new ServiceError(
    'NoSuchEntity',
    `Policy ${policyArn} does not exist or is not attachable.`,
  )
}

/** There is no such policy to be the boundary of a user or role. */
export function notBoundary(policyArn: string): ServiceError {
  return new ServiceError(
    'NoSuchEntity',
    `Scope ARN: ${policyArn} does not exist or is not attachable.`,
  )
}

/** A user or role has no boundary to take away. The text is UNVERIFIED. */
export function noBoundary(kind: 'user' | 'role', name: string): ServiceError {
  return new ServiceError(
    'NoSuchEntity',
    `The ${kind} with name ${name} does not have a permissions boundary.`,
  )
}

/** A user, group or role has no such inline policy. */
export function noSuchInlinePolicy(kind: HolderKind, policyName: string): ServiceError {
  return noSuchEntity(`${kind} policy`, policyName)
}

/** There is no such version of a managed policy. */
export function noSuchVersion(policyArn: string, versionId: string): ServiceError {
  return new ServiceError(
    'NoSuchEntity',
    `Policy ${policyArn} version ${versionId} does not exist or is not attachable.`,
  )
}

/** A user is not in a group. The text is UNVERIFIED. */
export function notMember(userName: string, groupName: string): ServiceError {
  return new ServiceError(
    'NoSuchEntity',
    `The user with name ${userName} is not in the group with name ${groupName}.`,
  )
}

/** There is no such issuer. */
export function noSuchProvider(arn: string): ServiceError {
  return new ServiceError('NoSuchEntity', `OpenIDConnect Provider not found for arn ${arn}`)
}

/** There is no such access key, or it is somebody else's. */
export function noSuchAccessKey(id: string): ServiceError {
  return new ServiceError('NoSuchEntity', `The Access Key with id ${id} cannot be found.`)
}

/** A user has no password. */
export function noLoginProfile(userName: string): ServiceError {
  return new ServiceError('NoSuchEntity', `Login Profile for User ${userName} cannot be found.`)
}

/** An account has no rules for passwords, because there are no passwords. */
export function noPasswordPolicy(accountId: string): ServiceError {
  return new ServiceError(
    'NoSuchEntity',
    `The Password Policy with domain name ${accountId} cannot be found.`,
  )
}

/** There is no such provider that speaks SAML. */
export function noSamlProvider(arn: string): ServiceError {
  return new ServiceError('NoSuchEntity', `Manifest not found for arn ${arn}`)
}

/** There is no such server certificate. */
export function noServerCertificate(name: string): ServiceError {
  return new ServiceError(
    'NoSuchEntity',
    `The Server Certificate with name ${name} cannot be found.`,
  )
}

/** A user has no such SSH key. The text is UNVERIFIED. */
export function noSshPublicKey(id: string): ServiceError {
  return new ServiceError('NoSuchEntity', `The Public Key with id ${id} cannot be found.`)
}

/** There is no such MFA device. */
export function noMfaDevice(serialNumber: string): ServiceError {
  return new ServiceError(
    'NoSuchEntity',
    `VirtualMFADevice with serial number ${serialNumber} doesn't exist.`,
  )
}

/** The name of a managed policy is taken. */
export function policyExists(name: string): ServiceError {
  return new ServiceError(
    'EntityAlreadyExists',
    `A policy called ${name} already exists. Duplicate names are not allowed.`,
  )
}

/** The URL of an issuer is taken. */
export function providerExists(url: string): ServiceError {
  return new ServiceError('EntityAlreadyExists', `Provider with url ${url} already exists.`)
}

/** A policy cannot be deleted while somebody has it. */
export function policyInUse(): ServiceError {
  return new ServiceError('DeleteConflict', 'Cannot delete a policy attached to entities.')
}

/** A policy cannot be deleted while it has versions that are not in force. */
export function policyHasVersions(): ServiceError {
  return new ServiceError(
    'DeleteConflict',
    "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy.",
  )
}

/** The version in force cannot be deleted. */
export function versionInForce(): ServiceError {
  return new ServiceError('DeleteConflict', 'Cannot delete the default version of a policy.')
}

/**
 * Refuses to delete an entity that still has something. `demand` is AWS's: `must delete policies
 * first`.
 *
 * @throws ServiceError `DeleteConflict`
 */
export function refuseDeletionWhile(remaining: readonly unknown[], demand: string): void {
  if (remaining.length > 0) {
    throw new ServiceError('DeleteConflict', `Cannot delete entity, ${demand}.`)
  }
}
