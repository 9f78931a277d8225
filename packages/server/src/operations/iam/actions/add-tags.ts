import { addTags } from '../../../changes/tags.ts'
import { optional, required, structure } from '../../../shapes/shape.ts'
import { listRequestTags } from '../../tag-context.ts'
import { tags } from '../../tag-shapes.ts'
import { defineIamOperation } from '../define-iam-operation.ts'
import { DONE } from '../outcome.ts'
import { toNamedParameters } from '../policy-holders.ts'
import { TAGGABLE, type TaggableKind } from '../taggable.ts'

/** Adds tags to a user, or replaces their values (AWS IAM API Reference: TagUser). */
export const tagUser = addTo('user', 'TagUser')

/** Adds tags to a role, or replaces their values (AWS IAM API Reference: TagRole). */
export const tagRole = addTo('role', 'TagRole')

/** Adds tags to a managed policy, or replaces their values (AWS IAM API Reference: TagPolicy). */
export const tagPolicy = addTo('policy', 'TagPolicy')

/** Adds tags to an instance profile, or replaces their values (AWS IAM API Reference: TagInstanceProfile). */
export const tagInstanceProfile = addTo('instanceProfile', 'TagInstanceProfile')

/**
 * Adds tags to a registered issuer, or replaces their values (AWS IAM API Reference:
 * TagOpenIDConnectProvider).
 */
export const tagOpenIdConnectProvider = addTo('oidcProvider', 'TagOpenIDConnectProvider')

function addTo(kind: TaggableKind, operation: string) {
  const row = TAGGABLE[kind]
  return defineIamOperation({
    name: operation,
    input: structure(`${operation}Request`, {
      name: required(row.shape, row.wireName),
      tags: optional(tags),
    }),
    output: null,
    effect: 'changes',
    rateClass: 'iam-write',
    requestParameters: toNamedParameters(row),
    permissions: ({ name, tags: added = [] }, call) =>
      row.permissions(call, `iam:${operation}`, name, listRequestTags(added)),
    run: async ({ name, tags: added = [] }, call) => {
      await row.change(call, `iam:${operation}`, name, present =>
        addTags(row.rules, present, added),
      )
      return DONE
    },
  })
}
