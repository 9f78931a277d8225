import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePermissionsBoundaryCommand,
  DetachRolePolicyCommand,
  GetRoleCommand,
  type IAMClient,
  ListAttachedRolePoliciesCommand,
  ListInstanceProfilesForRoleCommand,
  ListRolePoliciesCommand,
  PutRolePermissionsBoundaryCommand,
  TagRoleCommand,
  UntagRoleCommand,
  UpdateAssumeRolePolicyCommand,
  UpdateRoleCommand,
  UpdateRoleDescriptionCommand,
} from '@aws-sdk/client-iam'
import {
  compareTags,
  listTags,
  orGone,
  type Resource,
  readDocument,
  readTags,
  type Tags,
} from './resource.ts'

/** `aws_iam_role` */
export interface RoleConfig {
  readonly name: string
  readonly path: string
  readonly description: string
  readonly assumeRolePolicy: unknown
  readonly maxSessionDuration: number
  readonly permissionsBoundary: string | null
  readonly tags: Tags
}

/** `aws_iam_role` */
export function createRoleResource(iam: IAMClient): Resource<RoleConfig> {
  let RoleName: string
  return {
    async create(config) {
      const { permissionsBoundary } = config
      const created = await iam.send(
        new CreateRoleCommand({
          RoleName: config.name,
          Path: config.path,
          Description: config.description,
          AssumeRolePolicyDocument: JSON.stringify(config.assumeRolePolicy),
          MaxSessionDuration: config.maxSessionDuration,
          Tags: listTags(config.tags),
          ...(permissionsBoundary !== null && { PermissionsBoundary: permissionsBoundary }),
        }),
      )
      RoleName = created.Role?.RoleName ?? ''
    },
    async read() {
      const found = await orGone(iam.send(new GetRoleCommand({ RoleName })))
      if (found === null) return null
      await iam.send(new ListRolePoliciesCommand({ RoleName }))
      await iam.send(new ListAttachedRolePoliciesCommand({ RoleName }))
      const { Role: role } = found
      return {
        name: role?.RoleName ?? '',
        path: role?.Path ?? '',
        description: role?.Description ?? '',
        assumeRolePolicy: readDocument(role?.AssumeRolePolicyDocument),
        maxSessionDuration: role?.MaxSessionDuration ?? 0,
        permissionsBoundary: role?.PermissionsBoundary?.PermissionsBoundaryArn ?? null,
        tags: readTags(role?.Tags),
      }
    },
    async update(from, to) {
      const { removed, changed } = compareTags(from.tags, to.tags)
      if (removed.length > 0) await iam.send(new UntagRoleCommand({ RoleName, TagKeys: removed }))
      if (changed.length > 0) await iam.send(new TagRoleCommand({ RoleName, Tags: changed }))
      await iam.send(
        new UpdateAssumeRolePolicyCommand({
          RoleName,
          PolicyDocument: JSON.stringify(to.assumeRolePolicy),
        }),
      )
      await iam.send(new UpdateRoleDescriptionCommand({ RoleName, Description: to.description }))
      const { maxSessionDuration: MaxSessionDuration } = to
      await iam.send(new UpdateRoleCommand({ RoleName, MaxSessionDuration }))
      const { permissionsBoundary: PermissionsBoundary } = to
      if (PermissionsBoundary === null) {
        await iam.send(new DeleteRolePermissionsBoundaryCommand({ RoleName }))
      } else {
        await iam.send(new PutRolePermissionsBoundaryCommand({ RoleName, PermissionsBoundary }))
      }
    },
    async destroy() {
      await iam.send(new ListInstanceProfilesForRoleCommand({ RoleName }))
      await iam.send(new DeleteRoleCommand({ RoleName }))
    },
  }
}

/** `aws_iam_role_policy_attachment` */
export interface AttachmentConfig {
  readonly role: string
  readonly policyArn: string
}

/** `aws_iam_role_policy_attachment`, which is replaced and never changed. */
export function createAttachmentResource(iam: IAMClient): Resource<AttachmentConfig> {
  let present: AttachmentConfig
  const attach = async (config: AttachmentConfig) => {
    const { role: RoleName, policyArn: PolicyArn } = config
    await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }))
    present = config
  }
  const detach = async ({ role: RoleName, policyArn: PolicyArn }: AttachmentConfig) => {
    await orGone(iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn })))
  }
  return {
    create: attach,
    async read() {
      const { role: RoleName, policyArn } = present
      const found = await orGone(iam.send(new ListAttachedRolePoliciesCommand({ RoleName })))
      const isAttached = found?.AttachedPolicies?.some(policy => policy.PolicyArn === policyArn)
      return isAttached ? present : null
    },
    async update(from, to) {
      await detach(from)
      await attach(to)
    },
    destroy: detach,
  }
}
