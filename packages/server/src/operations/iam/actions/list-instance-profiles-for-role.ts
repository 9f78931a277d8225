import { list, required, structure } from '../../../shapes/shape.ts'
import { defineIamOperation } from '../define-iam-operation.ts'
import { findRole } from '../find-entity.ts'
import { permissionsOnPrincipal } from '../iam-principal.ts'
import { pageInput, pageOutput, roleName } from '../iam-shapes.ts'
import { answer } from '../outcome.ts'
import { cutPage, toPageOutput, toPageRequest } from '../page.ts'
import { toRequestParameters } from '../to-request-parameters.ts'

/**
 * Lists the instance profiles of a role: always none, for Credence has no instances. Clients ask before
 * they delete a role (AWS IAM API Reference: ListInstanceProfilesForRole).
 */
export const listInstanceProfilesForRole = defineIamOperation({
  name: 'ListInstanceProfilesForRole',
  input: structure('ListInstanceProfilesForRoleRequest', {
    roleName: required(roleName),
    ...pageInput,
  }),
  output: structure('ListInstanceProfilesForRoleResponse', {
    instanceProfiles: required(list(structure('InstanceProfile', {}))),
    ...pageOutput,
  }),
  effect: 'reads',
  rateClass: 'iam-read',
  requestParameters: toRequestParameters,
  permissions: (input, call) =>
    permissionsOnPrincipal(call, 'iam:ListInstanceProfilesForRole', 'role', input.roleName),
  run: async (input, call) => {
    await findRole(call, input.roleName)
    const page = cutPage<Record<never, never>>([], toPageRequest(input))
    return answer({ instanceProfiles: page.items, ...toPageOutput(page) })
  },
})
