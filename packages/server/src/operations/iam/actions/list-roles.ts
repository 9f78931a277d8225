import { formatRoleArn, toArnHome } from '../../../principals/arn.ts'
import { defaulted, list, required, structure } from '../../../shapes/shape.ts'
import { defineIamOperation } from '../define-iam-operation.ts'
import { roleShape, summarizeRole } from '../iam-role.ts'
import { pageInput, pageOutput, pathPrefix } from '../iam-shapes.ts'
import { answer } from '../outcome.ts'
import { loadPage, toPageOutput, toPageRequest } from '../page.ts'
import { toRequestParameters } from '../to-request-parameters.ts'

/** Lists the roles below a path (AWS IAM API Reference: ListRoles). */
export const listRoles = defineIamOperation({
  name: 'ListRoles',
  input: structure('ListRolesRequest', { pathPrefix: defaulted(pathPrefix, '/'), ...pageInput }),
  output: structure('ListRolesResponse', { roles: required(list(roleShape)), ...pageOutput }),
  effect: 'reads',
  rateClass: 'iam-read',
  requestParameters: toRequestParameters,
  permissions: (input, { caller }) => [
    {
      action: 'iam:ListRoles',
      // AWS names the path as the resource, though its reference lists none.
      resource: formatRoleArn(toArnHome(caller.account), input.pathPrefix, ''),
      context: [],
    },
  ],
  run: async (input, call) => {
    const { caller, services } = call
    const request = { ...toPageRequest(input), pathPrefix: input.pathPrefix }
    const page = await loadPage(services.store.listRoles(caller.account.id, request))
    const roles = await Promise.all(page.items.map(role => summarizeRole(call, role)))
    return answer({ roles, ...toPageOutput(page) })
  },
})
