import { required, structure } from '../../../shapes/shape.ts'
import { tags } from '../../tag-shapes.ts'
import { defineIamOperation } from '../define-iam-operation.ts'
import { findRole } from '../find-entity.ts'
import { permissionsOnPrincipal } from '../iam-principal.ts'
import { pageInput, pageOutput, roleName } from '../iam-shapes.ts'
import { answer } from '../outcome.ts'
import { listTags } from '../tagging.ts'
import { toRequestParameters } from '../to-request-parameters.ts'

/** Lists the tags of a role (AWS IAM API Reference: ListRoleTags). */
export const listRoleTags = defineIamOperation({
  name: 'ListRoleTags',
  input: structure('ListRoleTagsRequest', { roleName: required(roleName), ...pageInput }),
  output: structure('ListRoleTagsResponse', { tags: required(tags), ...pageOutput }),
  effect: 'reads',
  rateClass: 'iam-read',
  requestParameters: toRequestParameters,
  permissions: (input, call) =>
    permissionsOnPrincipal(call, 'iam:ListRoleTags', 'role', input.roleName),
  run: async (input, call) => {
    const role = await findRole(call, input.roleName)
    return answer(listTags(role.tags, input))
  },
})
