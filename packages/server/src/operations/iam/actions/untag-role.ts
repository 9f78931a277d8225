import { ROLE_TAGS, removeTags } from '../../../changes/tags.ts'
import { optional, required, structure } from '../../../shapes/shape.ts'
import { listTagKeys } from '../../tag-context.ts'
import { tagKeys } from '../../tag-shapes.ts'
import { defineIamOperation } from '../define-iam-operation.ts'
import { permissionsOnPrincipal } from '../iam-principal.ts'
import { changeRole } from '../iam-role.ts'
import { roleName } from '../iam-shapes.ts'
import { DONE } from '../outcome.ts'
import { toRequestParameters } from '../to-request-parameters.ts'

/** Takes tags from a role (AWS IAM API Reference: UntagRole). */
export const untagRole = defineIamOperation({
  name: 'UntagRole',
  input: structure('UntagRoleRequest', {
    roleName: required(roleName),
    tagKeys: optional(tagKeys),
  }),
  output: null,
  effect: 'changes',
  rateClass: 'iam-write',
  requestParameters: toRequestParameters,
  permissions: (input, call) =>
    permissionsOnPrincipal(call, 'iam:UntagRole', 'role', input.roleName, () =>
      listTagKeys(input.tagKeys ?? []),
    ),
  run: async ({ roleName: name, tagKeys: keys = [] }, call) => {
    await changeRole(call, name, role => ({ tags: removeTags(ROLE_TAGS, role.tags, keys) }))
    return DONE
  },
})
