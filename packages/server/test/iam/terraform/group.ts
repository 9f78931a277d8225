import {
  CreateGroupCommand,
  DeleteGroupCommand,
  DisableOutboundWebIdentityFederationCommand,
  EnableOutboundWebIdentityFederationCommand,
  FeatureDisabledException,
  FeatureEnabledException,
  GetGroupCommand,
  GetOutboundWebIdentityFederationInfoCommand,
  type IAMClient,
  UpdateGroupCommand,
} from '@aws-sdk/client-iam'
import { orGone, type Resource } from './resource.ts'

/** `aws_iam_group` */
export interface GroupConfig {
  readonly name: string
  readonly path: string
}

/** `aws_iam_group` */
export function createGroupResource(iam: IAMClient): Resource<GroupConfig> {
  let GroupName: string
  return {
    async create({ name, path }) {
      const created = await iam.send(new CreateGroupCommand({ GroupName: name, Path: path }))
      GroupName = created.Group?.GroupName ?? ''
      await iam.send(new GetGroupCommand({ GroupName }))
    },
    async read() {
      const found = await orGone(iam.send(new GetGroupCommand({ GroupName })))
      if (found === null) return null
      return { name: found.Group?.GroupName ?? '', path: found.Group?.Path ?? '' }
    },
    async update(_from, { name, path }) {
      const renaming = { GroupName, NewGroupName: name, NewPath: path }
      await iam.send(new UpdateGroupCommand(renaming))
      GroupName = name
    },
    async destroy() {
      await iam.send(new DeleteGroupCommand({ GroupName }))
    },
  }
}

/** `aws_iam_outbound_web_identity_federation`, which has nothing to configure. */
export interface FederationConfig {
  readonly jwtVendingEnabled: boolean | undefined
}

/** `aws_iam_outbound_web_identity_federation`; one that is on already is taken over. */
export function createFederationResource(iam: IAMClient): Resource<FederationConfig> {
  return {
    async create() {
      try {
        await iam.send(new EnableOutboundWebIdentityFederationCommand())
      } catch (error) {
        if (!(error instanceof FeatureEnabledException)) throw error
        await iam.send(new GetOutboundWebIdentityFederationInfoCommand())
      }
    },
    async read() {
      try {
        const found = await iam.send(new GetOutboundWebIdentityFederationInfoCommand())
        return { jwtVendingEnabled: found.JwtVendingEnabled }
      } catch (error) {
        if (error instanceof FeatureDisabledException) return null
        throw error
      }
    },
    update: () => Promise.resolve(),
    async destroy() {
      await iam.send(new DisableOutboundWebIdentityFederationCommand())
    },
  }
}
