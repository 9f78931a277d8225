import { formatGroupArn } from '../../../principals/arn.ts'
import { list, required, structure } from '../../../shapes/shape.ts'
import { defineIamOperation } from '../define-iam-operation.ts'
import { groupShape, toGroupOutput } from '../iam-group.ts'
import { pageOutput } from '../iam-shapes.ts'
import { answer } from '../outcome.ts'
import { loadPage, toPageOutput, toPageRequest } from '../page.ts'
import { pathPageInput, permissionsOnPath } from '../path-listing.ts'
import { toRequestParameters } from '../to-request-parameters.ts'

/** Lists the groups below a path (AWS IAM API Reference: ListGroups). */
export const listGroups = defineIamOperation({
  name: 'ListGroups',
  input: structure('ListGroupsRequest', pathPageInput),
  output: structure('ListGroupsResponse', { groups: required(list(groupShape)), ...pageOutput }),
  effect: 'reads',
  rateClass: 'iam-read',
  requestParameters: toRequestParameters,
  permissions: (input, call) =>
    permissionsOnPath(call, 'iam:ListGroups', formatGroupArn, input.pathPrefix),
  run: async (input, { caller: { account }, services }) => {
    const request = { ...toPageRequest(input), pathPrefix: input.pathPrefix }
    const page = await loadPage(services.store.listGroups(account.id, request))
    const groups = page.items.map(group => toGroupOutput(account, group))
    return answer({ groups, ...toPageOutput(page) })
  },
})
