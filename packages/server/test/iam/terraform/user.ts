import {
  AddUserToGroupCommand,
  CreateUserCommand,
  DeleteLoginProfileCommand,
  DeleteUserCommand,
  DeleteUserPermissionsBoundaryCommand,
  GetUserCommand,
  type IAMClient,
  ListAccessKeysCommand,
  ListAttachedUserPoliciesCommand,
  ListGroupsForUserCommand,
  ListMFADevicesCommand,
  ListServiceSpecificCredentialsCommand,
  ListSigningCertificatesCommand,
  ListSSHPublicKeysCommand,
  ListUserPoliciesCommand,
  ListVirtualMFADevicesCommand,
  PutUserPermissionsBoundaryCommand,
  RemoveUserFromGroupCommand,
  TagUserCommand,
  UntagUserCommand,
  UpdateUserCommand,
} from '@aws-sdk/client-iam'
import { compareTags, listTags, orGone, type Resource, readTags, type Tags } from './resource.ts'

/** `aws_iam_user` with `force_destroy`. */
export interface UserConfig {
  readonly name: string
  readonly path: string
  readonly permissionsBoundary: string | null
  readonly tags: Tags
}

/** `aws_iam_user` */
export function createUserResource(iam: IAMClient): Resource<UserConfig> {
  let UserName: string
  return {
    async create({ name, path, permissionsBoundary, tags }) {
      const created = await iam.send(
        new CreateUserCommand({
          UserName: name,
          Path: path,
          Tags: listTags(tags),
          ...(permissionsBoundary !== null && { PermissionsBoundary: permissionsBoundary }),
        }),
      )
      UserName = created.User?.UserName ?? ''
    },
    async read() {
      const found = await orGone(iam.send(new GetUserCommand({ UserName })))
      if (found === null) return null
      return {
        name: found.User?.UserName ?? '',
        path: found.User?.Path ?? '',
        permissionsBoundary: found.User?.PermissionsBoundary?.PermissionsBoundaryArn ?? null,
        tags: readTags(found.User?.Tags),
      }
    },
    async update(from, to) {
      const { removed, changed } = compareTags(from.tags, to.tags)
      if (removed.length > 0) await iam.send(new UntagUserCommand({ UserName, TagKeys: removed }))
      if (changed.length > 0) await iam.send(new TagUserCommand({ UserName, Tags: changed }))
      if (from.name !== to.name || from.path !== to.path) {
        const renaming = { UserName, NewUserName: to.name, NewPath: to.path }
        await iam.send(new UpdateUserCommand(renaming))
        UserName = to.name
      }
      if (from.permissionsBoundary === to.permissionsBoundary) return
      if (to.permissionsBoundary === null) {
        await iam.send(new DeleteUserPermissionsBoundaryCommand({ UserName }))
      } else {
        const bounded = { UserName, PermissionsBoundary: to.permissionsBoundary }
        await iam.send(new PutUserPermissionsBoundaryCommand(bounded))
      }
    },
    async destroy() {
      const user = { UserName }
      await iam.send(new ListGroupsForUserCommand(user))
      await iam.send(new ListUserPoliciesCommand(user))
      await iam.send(new ListAttachedUserPoliciesCommand(user))
      await iam.send(new ListAccessKeysCommand(user))
      await iam.send(new ListSSHPublicKeysCommand(user))
      await iam.send(new ListVirtualMFADevicesCommand({ AssignmentStatus: 'Assigned' }))
      await iam.send(new ListMFADevicesCommand(user))
      await orGone(iam.send(new DeleteLoginProfileCommand(user)))
      await iam.send(new ListSigningCertificatesCommand(user))
      await iam.send(new ListServiceSpecificCredentialsCommand(user))
      await iam.send(new DeleteUserCommand(user))
    },
  }
}

/** `aws_iam_user_group_membership` */
export interface MembershipConfig {
  readonly user: string
  readonly groups: readonly string[]
}

/** `aws_iam_user_group_membership`; it is gone when its user is. */
export function createMembershipResource(iam: IAMClient): Resource<MembershipConfig> {
  let present: MembershipConfig
  const add = async (user: string, groups: readonly string[]) => {
    for (const GroupName of groups) {
      await iam.send(new AddUserToGroupCommand({ UserName: user, GroupName }))
    }
  }
  const remove = async (user: string, groups: readonly string[]) => {
    for (const GroupName of groups) {
      await orGone(iam.send(new RemoveUserFromGroupCommand({ UserName: user, GroupName })))
    }
  }
  return {
    async create(config) {
      await add(config.user, config.groups)
      present = config
    },
    async read() {
      const { user, groups } = present
      const found = await orGone(iam.send(new ListGroupsForUserCommand({ UserName: user })))
      if (found === null) return null
      const names = (found.Groups ?? []).map(group => group.GroupName ?? '')
      return { user, groups: names.filter(name => groups.includes(name)) }
    },
    async update(from, to) {
      await remove(
        to.user,
        from.groups.filter(group => !to.groups.includes(group)),
      )
      await add(
        to.user,
        to.groups.filter(group => !from.groups.includes(group)),
      )
      present = to
    },
    destroy: ({ user, groups }) => remove(user, groups),
  }
}
