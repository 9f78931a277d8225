import { formatRoleArn } from '../../../principals/arn.ts'
import { list, required, structure } from '../../../shapes/shape.ts'
import { defineIamOperation } from '../define-iam-operation.ts'
import { roleShape, summarizeRole } from '../iam-role.ts'
import { pageOutput } from '../iam-shapes.ts'
import { answer } from '../outcome.ts'
import { loadPage, toPageOutput, toPageRequest } from '../page.ts'
import { pathPageInput, permissionsOnPath } from '../path-listing.ts'
import { toRequestParameters } from '../to-request-parameters.ts'

/** Lists the roles below a path (AWS IAM API Reference: ListRoles). */
export const listRoles = defineIamOperation({
  name: 'ListRoles',
  input: structure('ListRolesRequest', pathPageInput),
  output: structure('ListRolesResponse', { roles: required(list(roleShape)), ...pageOutput }),
  effect: 'reads',
  rateClass: 'iam-read',
  requestParameters: toRequestParameters,
  permissions: (input, call) =>
    permissionsOnPath(call, 'iam:ListRoles', formatRoleArn, input.pathPrefix),
  run: async (input, call) => {
    const { caller, services } = call
    const request = { ...toPageRequest(input), pathPrefix: input.pathPrefix }
    const page = await loadPage(services.store.listRoles(caller.account.id, request))
    const roles = await Promise.all(page.items.map(role => summarizeRole(call, role)))
    return answer({ roles, ...toPageOutput(page) })
  },
})
