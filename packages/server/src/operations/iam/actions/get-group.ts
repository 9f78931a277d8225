import { list, required, structure } from '../../../shapes/shape.ts'
import { defineIamOperation } from '../define-iam-operation.ts'
import { findGroup } from '../find-entity.ts'
import { groupShape, toGroupOutput } from '../iam-group.ts'
import { permissionsOnPrincipal } from '../iam-principal.ts'
import { groupName, pageInput, pageOutput } from '../iam-shapes.ts'
import { summarizeUser, userShape } from '../iam-user.ts'
import { answer } from '../outcome.ts'
import { loadPage, toPageOutput, toPageRequest } from '../page.ts'
import { toRequestParameters } from '../to-request-parameters.ts'

/** Describes a group and lists its users (AWS IAM API Reference: GetGroup). */
export const getGroup = defineIamOperation({
  name: 'GetGroup',
  input: structure('GetGroupRequest', { groupName: required(groupName), ...pageInput }),
  output: structure('GetGroupResponse', {
    group: required(groupShape),
    users: required(list(userShape)),
    ...pageOutput,
  }),
  effect: 'reads',
  rateClass: 'iam-read',
  requestParameters: toRequestParameters,
  permissions: (input, call) =>
    permissionsOnPrincipal(call, 'iam:GetGroup', 'group', input.groupName),
  run: async (input, call) => {
    const { account } = call.caller
    const group = await findGroup(call, input.groupName)
    const page = await loadPage(
      call.services.store.listGroupMembers(account.id, group.id, toPageRequest(input)),
    )
    return answer({
      group: toGroupOutput(account, group),
      users: page.items.map(user => summarizeUser(account, user)),
      ...toPageOutput(page),
    })
  },
})
