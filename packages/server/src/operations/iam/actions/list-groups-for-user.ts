import { list, required, structure } from '../../../shapes/shape.ts'
import { defineIamOperation } from '../define-iam-operation.ts'
import { findUser } from '../find-entity.ts'
import { groupShape, toGroupOutput } from '../iam-group.ts'
import { permissionsOnPrincipal } from '../iam-principal.ts'
import { existingUserName, pageInput, pageOutput } from '../iam-shapes.ts'
import { answer } from '../outcome.ts'
import { cutPage, toPageOutput, toPageRequest } from '../page.ts'
import { toRequestParameters } from '../to-request-parameters.ts'

/** Lists the groups that a user is in (AWS IAM API Reference: ListGroupsForUser). */
export const listGroupsForUser = defineIamOperation({
  name: 'ListGroupsForUser',
  input: structure('ListGroupsForUserRequest', {
    userName: required(existingUserName),
    ...pageInput,
  }),
  output: structure('ListGroupsForUserResponse', {
    groups: required(list(groupShape)),
    ...pageOutput,
  }),
  effect: 'reads',
  rateClass: 'iam-read',
  requestParameters: toRequestParameters,
  permissions: ({ userName }, call) =>
    permissionsOnPrincipal(call, 'iam:ListGroupsForUser', 'user', userName),
  run: async (input, call) => {
    const { accountId, id } = await findUser(call, input.userName)
    const groups = await call.services.store.listGroupsOfUser(accountId, id)
    const page = cutPage(groups, toPageRequest(input))
    const { account } = call.caller
    return answer({
      groups: page.items.map(group => toGroupOutput(account, group)),
      ...toPageOutput(page),
    })
  },
})
