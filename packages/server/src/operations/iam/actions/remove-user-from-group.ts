import { removeFromGroup } from '../../../changes/memberships.ts'
import { structure } from '../../../shapes/shape.ts'
import { defineIamOperation } from '../define-iam-operation.ts'
import { changeMembership, membershipInput } from '../group-membership.ts'
import { permissionsOnPrincipal } from '../iam-principal.ts'
import { toRequestParameters } from '../to-request-parameters.ts'

/** Takes a user out of a group (AWS IAM API Reference: RemoveUserFromGroup). */
export const removeUserFromGroup = defineIamOperation({
  name: 'RemoveUserFromGroup',
  input: structure('RemoveUserFromGroupRequest', membershipInput),
  output: null,
  effect: 'changes',
  rateClass: 'iam-write',
  requestParameters: toRequestParameters,
  permissions: (input, call) =>
    permissionsOnPrincipal(call, 'iam:RemoveUserFromGroup', 'group', input.groupName),
  run: (input, call) => changeMembership(call, input, removeFromGroup),
})
