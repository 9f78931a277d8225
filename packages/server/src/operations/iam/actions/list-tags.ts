import { required, structure } from '../../../shapes/shape.ts'
import { tags } from '../../tag-shapes.ts'
import { defineIamOperation } from '../define-iam-operation.ts'
import { pageInput, pageOutput } from '../iam-shapes.ts'
import { answer } from '../outcome.ts'
import { cutPage, toPageOutput, toPageRequest } from '../page.ts'
import { toNamedParameters } from '../policy-holders.ts'
import { TAGGABLE, type TaggableKind } from '../taggable.ts'

/** Lists the tags of a user (AWS IAM API Reference: ListUserTags). */
export const listUserTags = listOf('user', 'ListUserTags')

/** Lists the tags of a role (AWS IAM API Reference: ListRoleTags). */
export const listRoleTags = listOf('role', 'ListRoleTags')

/** Lists the tags of a managed policy (AWS IAM API Reference: ListPolicyTags). */
export const listPolicyTags = listOf('policy', 'ListPolicyTags')

/** Lists the tags of an instance profile (AWS IAM API Reference: ListInstanceProfileTags). */
export const listInstanceProfileTags = listOf('instanceProfile', 'ListInstanceProfileTags')

/** Lists the tags of a registered issuer (AWS IAM API Reference: ListOpenIDConnectProviderTags). */
export const listOpenIdConnectProviderTags = listOf('oidcProvider', 'ListOpenIDConnectProviderTags')

/** The tags come in the order of their keys. */
function listOf(kind: TaggableKind, operation: string) {
  const row = TAGGABLE[kind]
  return defineIamOperation({
    name: operation,
    input: structure(`${operation}Request`, {
      name: required(row.shape, row.wireName),
      ...pageInput,
    }),
    output: structure(`${operation}Response`, { tags: required(tags), ...pageOutput }),
    effect: 'reads',
    rateClass: 'iam-read',
    requestParameters: toNamedParameters(row),
    permissions: ({ name }, call) => row.permissions(call, `iam:${operation}`, name, []),
    run: async ({ name, ...pageRequest }, call) => {
      const { tags: found } = await row.load(call, name)
      const sorted = found.toSorted((one, other) => (one.key < other.key ? -1 : 1))
      const page = cutPage(sorted, toPageRequest(pageRequest))
      return answer({ tags: page.items, ...toPageOutput(page) })
    },
  })
}
