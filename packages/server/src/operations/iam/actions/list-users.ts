import { formatUserArn } from '../../../principals/arn.ts'
import { list, required, structure } from '../../../shapes/shape.ts'
import { defineIamOperation } from '../define-iam-operation.ts'
import { pageOutput } from '../iam-shapes.ts'
import { summarizeUser, userShape } from '../iam-user.ts'
import { answer } from '../outcome.ts'
import { loadPage, toPageOutput, toPageRequest } from '../page.ts'
import { pathPageInput, permissionsOnPath } from '../path-listing.ts'
import { toRequestParameters } from '../to-request-parameters.ts'

/** Lists the users below a path (AWS IAM API Reference: ListUsers). */
export const listUsers = defineIamOperation({
  name: 'ListUsers',
  input: structure('ListUsersRequest', pathPageInput),
  output: structure('ListUsersResponse', { users: required(list(userShape)), ...pageOutput }),
  effect: 'reads',
  rateClass: 'iam-read',
  requestParameters: toRequestParameters,
  permissions: (input, call) =>
    permissionsOnPath(call, 'iam:ListUsers', formatUserArn, input.pathPrefix),
  run: async (input, { caller: { account }, services }) => {
    const request = { ...toPageRequest(input), pathPrefix: input.pathPrefix }
    const page = await loadPage(services.store.listUsers(account.id, request))
    const users = page.items.map(user => summarizeUser(account, user))
    return answer({ users, ...toPageOutput(page) })
  },
})
