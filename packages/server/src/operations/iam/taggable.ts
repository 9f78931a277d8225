import { setInstanceProfileTags } from '../../changes/instance-profiles.ts'
import { setPolicyTags } from '../../changes/managed-policies.ts'
import {
  INSTANCE_PROFILE_TAGS,
  OIDC_PROVIDER_TAGS,
  POLICY_TAGS,
  ROLE_TAGS,
  type TagRules,
  USER_TAGS,
} from '../../changes/tags.ts'
import type { Tag } from '../../principals/tags.ts'
import type { StringShape } from '../../shapes/shape.ts'
import type { Call, ContextPairs, Permission } from '../operation.ts'
import { findRole, findUser } from './find-entity.ts'
import {
  changeInstanceProfile,
  instanceProfileName,
  loadInstanceProfile,
  permissionsOnInstanceProfile,
} from './iam-instance-profile.ts'
import { changeProvider, loadProvider, permissionsOnProvider } from './iam-oidc-provider.ts'
import { changeOwnPolicy } from './iam-policy.ts'
import { permissionsOnPrincipal } from './iam-principal.ts'
import { changeRole } from './iam-role.ts'
import { arn, existingUserName, roleName } from './iam-shapes.ts'
import { changeUser } from './iam-user.ts'
import { loadPolicy, permissionsOnPolicy } from './managed-policy.ts'

/** How the operations on the tags of one kind of entity name the entity, and what they do to it. */
interface TaggableRow {
  /** The member of inputs on the wire: a name or an ARN. */
  readonly wireName: string
  /** What the audit calls it. */
  readonly auditName: string
  readonly shape: StringShape
  readonly rules: TagRules
  readonly permissions: (
    call: Call,
    action: `iam:${string}`,
    name: string,
    context: ContextPairs,
  ) => Promise<readonly Permission[]>
  /** The entity as it is. @throws ServiceError `NoSuchEntity`, `InvalidInput` */
  readonly load: (call: Call, name: string) => Promise<{ readonly tags: readonly Tag[] }>
  /** Gives the entity other tags. @throws ServiceError `NoSuchEntity`, and what the change refuses */
  readonly change: (
    call: Call,
    action: `iam:${string}`,
    name: string,
    toTags: (present: readonly Tag[]) => readonly Tag[],
  ) => Promise<unknown>
}

/** What has tags. */
export type TaggableKind = 'user' | 'role' | 'policy' | 'instanceProfile' | 'oidcProvider'

/** The operations on tags are the same for every kind of entity that has them. */
export const TAGGABLE: Readonly<Record<TaggableKind, TaggableRow>> = {
  user: {
    wireName: 'UserName',
    auditName: 'userName',
    shape: existingUserName,
    rules: USER_TAGS,
    permissions: (call, action, name, context) =>
      permissionsOnPrincipal(call, action, 'user', name, () => context),
    load: findUser,
    change: (call, _action, name, toTags) =>
      changeUser(call, name, ({ tags }) => ({ tags: toTags(tags) })),
  },
  role: {
    wireName: 'RoleName',
    auditName: 'roleName',
    shape: roleName,
    rules: ROLE_TAGS,
    permissions: (call, action, name, context) =>
      permissionsOnPrincipal(call, action, 'role', name, () => context),
    load: findRole,
    change: (call, _action, name, toTags) =>
      changeRole(call, name, ({ tags }) => ({ tags: toTags(tags) })),
  },
  policy: {
    wireName: 'PolicyArn',
    auditName: 'policyArn',
    shape: arn,
    rules: POLICY_TAGS,
    permissions: permissionsOnPolicy,
    load: loadPolicy,
    change: (call, action, policyArn, toTags) =>
      changeOwnPolicy(call, action, policyArn, (turn, policy) =>
        setPolicyTags(turn, policy, toTags(policy.tags)),
      ),
  },
  instanceProfile: {
    wireName: 'InstanceProfileName',
    auditName: 'instanceProfileName',
    shape: instanceProfileName,
    rules: INSTANCE_PROFILE_TAGS,
    permissions: permissionsOnInstanceProfile,
    load: loadInstanceProfile,
    change: (call, _action, name, toTags) =>
      changeInstanceProfile(call, name, (turn, profile) =>
        setInstanceProfileTags(turn, profile, toTags(profile.tags)),
      ),
  },
  oidcProvider: {
    wireName: 'OpenIDConnectProviderArn',
    auditName: 'openIDConnectProviderArn',
    shape: arn,
    rules: OIDC_PROVIDER_TAGS,
    permissions: permissionsOnProvider,
    load: loadProvider,
    change: (call, _action, providerArn, toTags) =>
      changeProvider(call, providerArn, ({ tags }) => ({ tags: toTags(tags) })),
  },
}
