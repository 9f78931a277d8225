import type { Group, ManagedPolicy, Role, User } from '../../principals/entities.ts'
import type { AccountId, UniqueId } from '../../principals/identifiers.ts'
import { type Infer, list, optional, required, string, structure } from '../../shapes/shape.ts'
import type { Call } from '../operation.ts'
import { tags } from '../tag-shapes.ts'
import { groupShape, toGroupOutput } from './iam-group.ts'
import { instanceProfileShape, toInstanceProfileOutput } from './iam-instance-profile.ts'
import {
  countUses,
  policyShape,
  policyVersionShape,
  summarizePolicy,
  toVersionOutput,
} from './iam-policy.ts'
import { findRoleLastUsed, roleLastUsedShape, roleShape, toRoleOutput } from './iam-role.ts'
import { attachedPermissionsBoundary, attachedPolicy, dateTime } from './iam-shapes.ts'
import { toUserOutput } from './iam-user.ts'
import { encodePolicyDocument } from './policy-document.ts'

const policyDetail = structure('PolicyDetail', {
  policyName: required(string()),
  policyDocument: required(string()),
})
const policyDetails = list(policyDetail)
const attachedPolicies = required(list(attachedPolicy))

/** A user with everything that decides what it may do. */
export const userDetail = structure('UserDetail', {
  path: optional(string()),
  userName: optional(string()),
  userId: required(string()),
  arn: required(string()),
  createDate: required(dateTime),
  userPolicyList: optional(policyDetails),
  groupList: required(list(string())),
  attachedManagedPolicies: attachedPolicies,
  permissionsBoundary: optional(attachedPermissionsBoundary),
  tags: required(tags),
})

/** A group with its policies. */
export const groupDetail = structure('GroupDetail', {
  ...groupShape.members,
  groupPolicyList: required(policyDetails),
  attachedManagedPolicies: attachedPolicies,
})

const { path, roleName, roleId, arn, createDate, assumeRolePolicyDocument } = roleShape.members

/** A role with everything that decides what it may do, and who may assume it. */
export const roleDetail = structure('RoleDetail', {
  ...{ path, roleName, roleId, arn, createDate, assumeRolePolicyDocument },
  instanceProfileList: required(list(instanceProfileShape)),
  rolePolicyList: required(policyDetails),
  attachedManagedPolicies: attachedPolicies,
  permissionsBoundary: optional(attachedPermissionsBoundary),
  tags: required(tags),
  // Empty for a role that was never used.
  roleLastUsed: required(roleLastUsedShape),
})

const { description: _description, tags: _tags, ...summarized } = policyShape.members

/** A managed policy with all its versions; AWS leaves the description out here. */
export const managedPolicyDetail = structure('ManagedPolicyDetail', {
  ...summarized,
  policyVersionList: required(list(policyVersionShape)),
})

/** The details of a user; an empty list of inline policies is left out, as AWS does for users alone. */
export async function toUserDetail(call: Call, user: User): Promise<Infer<typeof userDetail>> {
  const { accountId, id } = user
  const { inline, attached } = await loadPolicies(call, accountId, id)
  const groups = await call.services.store.listGroupsOfUser(accountId, id)
  return {
    ...toUserOutput(call.caller.account, user),
    userPolicyList: inline.length === 0 ? undefined : inline,
    groupList: groups.map(({ name }) => name),
    attachedManagedPolicies: attached,
    tags: user.tags,
  }
}

/** The details of a group. */
export async function toGroupDetail(call: Call, group: Group): Promise<Infer<typeof groupDetail>> {
  const { inline, attached } = await loadPolicies(call, group.accountId, group.id)
  return {
    ...toGroupOutput(call.caller.account, group),
    groupPolicyList: inline,
    attachedManagedPolicies: attached,
  }
}

/** The details of a role. */
export async function toRoleDetail(call: Call, role: Role): Promise<Infer<typeof roleDetail>> {
  const { accountId, id } = role
  const { inline, attached } = await loadPolicies(call, accountId, id)
  const profiles = await call.services.store.listInstanceProfilesOfRole(accountId, id)
  return {
    ...(await toRoleOutput(call, role)),
    instanceProfileList: await Promise.all(
      profiles.map(profile => toInstanceProfileOutput(call, profile)),
    ),
    rolePolicyList: inline,
    attachedManagedPolicies: attached,
    tags: role.tags,
    roleLastUsed: await findRoleLastUsed(call, role),
  }
}

/** The details of a managed policy, the newest version first. */
export async function toPolicyDetail(
  call: Call,
  policy: ManagedPolicy,
): Promise<Infer<typeof managedPolicyDetail>> {
  const versions = await call.services.store.listPolicyVersions(policy.accountId, policy.arn)
  return {
    ...summarizePolicy(policy, await countUses(call, policy.arn)),
    policyVersionList: versions.map(version => toVersionOutput(version, policy)),
  }
}

async function loadPolicies({ services: { store } }: Call, accountId: AccountId, id: UniqueId) {
  const inline = await store.listInlinePolicies(accountId, id)
  const attached = await store.listAttachedPolicies(accountId, id)
  return {
    inline: inline.map(({ name, document }) => ({
      policyName: name,
      policyDocument: encodePolicyDocument(document),
    })),
    attached: attached.map(({ name, arn: policyArn }) => ({ policyName: name, policyArn })),
  }
}
