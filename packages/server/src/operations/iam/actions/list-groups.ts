import { formatGroupArn, toArnHome } from '../../../principals/arn.ts'
import { defaulted, list, required, structure } from '../../../shapes/shape.ts'
import { defineIamOperation } from '../define-iam-operation.ts'
import { groupShape, toGroupOutput } from '../iam-group.ts'
import { pageInput, pageOutput, pathPrefix } from '../iam-shapes.ts'
import { answer } from '../outcome.ts'
import { loadPage, toPageOutput, toPageRequest } from '../page.ts'
import { toRequestParameters } from '../to-request-parameters.ts'

/** Lists the groups below a path (AWS IAM API Reference: ListGroups). */
export const listGroups = defineIamOperation({
  name: 'ListGroups',
  input: structure('ListGroupsRequest', {
    pathPrefix: defaulted(pathPrefix, '/'),
    ...pageInput,
  }),
  output: structure('ListGroupsResponse', { groups: required(list(groupShape)), ...pageOutput }),
  effect: 'reads',
  rateClass: 'iam-read',
  requestParameters: toRequestParameters,
  permissions: (input, { caller }) => [
    {
      action: 'iam:ListGroups',
      // The path, as for ListUsers.
      resource: formatGroupArn(toArnHome(caller.account), input.pathPrefix, ''),
      context: [],
    },
  ],
  run: async (input, { caller: { account }, services }) => {
    const request = { ...toPageRequest(input), pathPrefix: input.pathPrefix }
    const page = await loadPage(services.store.listGroups(account.id, request))
    const groups = page.items.map(group => toGroupOutput(account, group))
    return answer({ groups, ...toPageOutput(page) })
  },
})
