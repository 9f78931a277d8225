import { formatUserArn, toArnHome } from '../../../principals/arn.ts'
import { defaulted, list, required, structure } from '../../../shapes/shape.ts'
import { defineIamOperation } from '../define-iam-operation.ts'
import { pageInput, pageOutput, pathPrefix } from '../iam-shapes.ts'
import { summarizeUser, userShape } from '../iam-user.ts'
import { answer } from '../outcome.ts'
import { loadPage, toPageOutput, toPageRequest } from '../page.ts'
import { toRequestParameters } from '../to-request-parameters.ts'

/** Lists the users below a path (AWS IAM API Reference: ListUsers). */
export const listUsers = defineIamOperation({
  name: 'ListUsers',
  input: structure('ListUsersRequest', {
    pathPrefix: defaulted(pathPrefix, '/'),
    ...pageInput,
  }),
  output: structure('ListUsersResponse', { users: required(list(userShape)), ...pageOutput }),
  effect: 'reads',
  rateClass: 'iam-read',
  requestParameters: toRequestParameters,
  permissions: (input, { caller }) => [
    {
      action: 'iam:ListUsers',
      // AWS names the path as the resource, though its reference lists none: a policy on `*` or
      // on `user/*` allows it, one on a single user does not.
      resource: formatUserArn(toArnHome(caller.account), input.pathPrefix, ''),
      context: [],
    },
  ],
  run: async (input, { caller: { account }, services }) => {
    const request = { ...toPageRequest(input), pathPrefix: input.pathPrefix }
    const page = await loadPage(services.store.listUsers(account.id, request))
    const users = page.items.map(user => summarizeUser(account, user))
    return answer({ users, ...toPageOutput(page) })
  },
})
