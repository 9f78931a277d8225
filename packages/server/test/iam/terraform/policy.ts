import {
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  DeletePolicyCommand,
  DeletePolicyVersionCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  type IAMClient,
  ListPolicyVersionsCommand,
  type PolicyVersion,
  TagPolicyCommand,
  UntagPolicyCommand,
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

/** `aws_iam_policy` */
export interface PolicyConfig {
  readonly name: string
  readonly path: string
  readonly description: string
  readonly policy: unknown
  readonly tags: Tags
}

const MAX_VERSIONS = 5

/** `aws_iam_policy`. Each change is a version; the oldest makes room when there are five. */
export function createPolicyResource(iam: IAMClient): Resource<PolicyConfig> {
  let PolicyArn: string
  const listVersions = async (): Promise<readonly PolicyVersion[]> =>
    (await iam.send(new ListPolicyVersionsCommand({ PolicyArn }))).Versions ?? []
  const deleteVersion = async ({ VersionId }: PolicyVersion) => {
    await iam.send(new DeletePolicyVersionCommand({ PolicyArn, VersionId }))
  }
  return {
    async create({ name, path, description, policy, tags }) {
      const created = await iam.send(
        new CreatePolicyCommand({
          PolicyName: name,
          Path: path,
          Description: description,
          PolicyDocument: JSON.stringify(policy),
          Tags: listTags(tags),
        }),
      )
      PolicyArn = created.Policy?.Arn ?? ''
    },
    async read() {
      const found = await orGone(iam.send(new GetPolicyCommand({ PolicyArn })))
      if (found === null) return null
      const { Policy: policy } = found
      const { PolicyVersion: version } = await iam.send(
        new GetPolicyVersionCommand({ PolicyArn, VersionId: policy?.DefaultVersionId }),
      )
      return {
        name: policy?.PolicyName ?? '',
        path: policy?.Path ?? '',
        description: policy?.Description ?? '',
        policy: readDocument(version?.Document),
        tags: readTags(policy?.Tags),
      }
    },
    async update(from, to) {
      const { removed, changed } = compareTags(from.tags, to.tags)
      if (removed.length > 0)
        await iam.send(new UntagPolicyCommand({ PolicyArn, TagKeys: removed }))
      if (changed.length > 0) await iam.send(new TagPolicyCommand({ PolicyArn, Tags: changed }))
      const versions = await listVersions()
      const oldest = versions.findLast(version => !version.IsDefaultVersion)
      if (versions.length >= MAX_VERSIONS && oldest !== undefined) await deleteVersion(oldest)
      const PolicyDocument = JSON.stringify(to.policy)
      await iam.send(
        new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument, SetAsDefault: true }),
      )
    },
    async destroy() {
      for (const version of await listVersions()) {
        if (!version.IsDefaultVersion) await deleteVersion(version)
      }
      await iam.send(new DeletePolicyCommand({ PolicyArn }))
    },
  }
}
