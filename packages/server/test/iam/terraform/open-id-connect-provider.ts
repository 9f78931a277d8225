import {
  AddClientIDToOpenIDConnectProviderCommand,
  CreateOpenIDConnectProviderCommand,
  DeleteOpenIDConnectProviderCommand,
  GetOpenIDConnectProviderCommand,
  type IAMClient,
  RemoveClientIDFromOpenIDConnectProviderCommand,
  TagOpenIDConnectProviderCommand,
  UntagOpenIDConnectProviderCommand,
  UpdateOpenIDConnectProviderThumbprintCommand,
} from '@aws-sdk/client-iam'
import { compareTags, listTags, orGone, type Resource, readTags, type Tags } from './resource.ts'

/** `aws_iam_openid_connect_provider` */
export interface ProviderConfig {
  /** Without `https://`, which the provider adds and passes over when it compares. */
  readonly url: string
  readonly clientIds: readonly string[]
  readonly thumbprints: readonly string[]
  readonly tags: Tags
}

/** `aws_iam_openid_connect_provider` */
export function createProviderResource(iam: IAMClient): Resource<ProviderConfig> {
  let provider: { readonly OpenIDConnectProviderArn: string }
  return {
    async create({ url, clientIds, thumbprints, tags }) {
      const created = await iam.send(
        new CreateOpenIDConnectProviderCommand({
          Url: `https://${url}`,
          ClientIDList: [...clientIds],
          ThumbprintList: [...thumbprints],
          Tags: listTags(tags),
        }),
      )
      provider = { OpenIDConnectProviderArn: created.OpenIDConnectProviderArn ?? '' }
    },
    async read() {
      const found = await orGone(iam.send(new GetOpenIDConnectProviderCommand(provider)))
      if (found === null) return null
      return {
        url: found.Url ?? '',
        clientIds: found.ClientIDList ?? [],
        thumbprints: found.ThumbprintList ?? [],
        tags: readTags(found.Tags),
      }
    },
    async update(from, to) {
      const { removed, changed } = compareTags(from.tags, to.tags)
      if (removed.length > 0) {
        await iam.send(new UntagOpenIDConnectProviderCommand({ ...provider, TagKeys: removed }))
      }
      if (changed.length > 0) {
        await iam.send(new TagOpenIDConnectProviderCommand({ ...provider, Tags: changed }))
      }
      const ThumbprintList = [...to.thumbprints]
      await iam.send(
        new UpdateOpenIDConnectProviderThumbprintCommand({ ...provider, ThumbprintList }),
      )
      for (const ClientID of to.clientIds.filter(id => !from.clientIds.includes(id))) {
        await iam.send(new AddClientIDToOpenIDConnectProviderCommand({ ...provider, ClientID }))
      }
      for (const ClientID of from.clientIds.filter(id => !to.clientIds.includes(id))) {
        await iam.send(
          new RemoveClientIDFromOpenIDConnectProviderCommand({ ...provider, ClientID }),
        )
      }
    },
    async destroy() {
      await iam.send(new DeleteOpenIDConnectProviderCommand(provider))
    },
  }
}
