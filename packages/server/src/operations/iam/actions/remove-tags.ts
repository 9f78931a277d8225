import { removeTags } from '../../../changes/tags.ts'
import { optional, required, structure } from '../../../shapes/shape.ts'
import { listTagKeys } from '../../tag-context.ts'
import { tagKeys } from '../../tag-shapes.ts'
import { defineIamOperation } from '../define-iam-operation.ts'
import { DONE } from '../outcome.ts'
import { toNamedParameters } from '../policy-holders.ts'
import { TAGGABLE, type TaggableKind } from '../taggable.ts'

/** Takes tags from a user (AWS IAM API Reference: UntagUser). */
export const untagUser = removeFrom('user', 'UntagUser')

/** Takes tags from a role (AWS IAM API Reference: UntagRole). */
export const untagRole = removeFrom('role', 'UntagRole')

/** Takes tags from a managed policy (AWS IAM API Reference: UntagPolicy). */
export const untagPolicy = removeFrom('policy', 'UntagPolicy')

/** Takes tags from an instance profile (AWS IAM API Reference: UntagInstanceProfile). */
export const untagInstanceProfile = removeFrom('instanceProfile', 'UntagInstanceProfile')

/** Takes tags from a registered issuer (AWS IAM API Reference: UntagOpenIDConnectProvider). */
export const untagOpenIdConnectProvider = removeFrom('oidcProvider', 'UntagOpenIDConnectProvider')

function removeFrom(kind: TaggableKind, operation: string) {
  const row = TAGGABLE[kind]
  return defineIamOperation({
    name: operation,
    input: structure(`${operation}Request`, {
      name: required(row.shape, row.wireName),
      tagKeys: optional(tagKeys),
    }),
    output: null,
    effect: 'changes',
    rateClass: 'iam-write',
    requestParameters: toNamedParameters(row),
    permissions: ({ name, tagKeys: keys = [] }, call) =>
      row.permissions(call, `iam:${operation}`, name, listTagKeys(keys)),
    run: async ({ name, tagKeys: keys = [] }, call) => {
      await row.change(call, `iam:${operation}`, name, present =>
        removeTags(row.rules, present, keys),
      )
      return DONE
    },
  })
}
