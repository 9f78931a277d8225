import { addToGroup } from '../../../changes/memberships.ts'
import { structure } from '../../../shapes/shape.ts'
import { defineIamOperation } from '../define-iam-operation.ts'
import { changeMembership, membershipInput } from '../group-membership.ts'
import { permissionsOnPrincipal } from '../iam-principal.ts'
import { toRequestParameters } from '../to-request-parameters.ts'

/** Puts a user into a group; who is in it already stays (AWS IAM API Reference: AddUserToGroup). */
export const addUserToGroup = defineIamOperation({
  name: 'AddUserToGroup',
  input: structure('AddUserToGroupRequest', membershipInput),
  output: null,
  effect: 'changes',
  rateClass: 'iam-write',
  requestParameters: toRequestParameters,
  permissions: (input, call) =>
    permissionsOnPrincipal(call, 'iam:AddUserToGroup', 'group', input.groupName),
  run: (input, call) => changeMembership(call, input, addToGroup),
})
