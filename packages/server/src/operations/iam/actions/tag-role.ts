import { addTags, ROLE_TAGS } from '../../../changes/tags.ts'
import { optional, required, structure } from '../../../shapes/shape.ts'
import { listRequestTags } from '../../tag-context.ts'
import { tags } from '../../tag-shapes.ts'
import { defineIamOperation } from '../define-iam-operation.ts'
import { permissionsOnPrincipal } from '../iam-principal.ts'
import { changeRole } from '../iam-role.ts'
import { roleName } from '../iam-shapes.ts'
import { DONE } from '../outcome.ts'
import { toRequestParameters } from '../to-request-parameters.ts'

/** Adds tags to a role, or replaces their values (AWS IAM API Reference: TagRole). */
export const tagRole = defineIamOperation({
  name: 'TagRole',
  input: structure('TagRoleRequest', { roleName: required(roleName), tags: optional(tags) }),
  output: null,
  effect: 'changes',
  rateClass: 'iam-write',
  requestParameters: toRequestParameters,
  permissions: (input, call) =>
    permissionsOnPrincipal(call, 'iam:TagRole', 'role', input.roleName, () =>
      listRequestTags(input.tags ?? []),
    ),
  run: async ({ roleName: name, tags: added = [] }, call) => {
    await changeRole(call, name, role => ({ tags: addTags(ROLE_TAGS, role.tags, added) }))
    return DONE
  },
})
