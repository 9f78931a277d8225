import { list, required, structure } from '../../../shapes/shape.ts'
import { defineIamOperation } from '../define-iam-operation.ts'
import { findRole } from '../find-entity.ts'
import { instanceProfileShape, summarizeInstanceProfile } from '../iam-instance-profile.ts'
import { permissionsOnPrincipal } from '../iam-principal.ts'
import { pageInput, pageOutput, roleName } from '../iam-shapes.ts'
import { answer } from '../outcome.ts'
import { cutPage, toPageOutput, toPageRequest } from '../page.ts'
import { toRequestParameters } from '../to-request-parameters.ts'

/**
 * Lists the instance profiles that a role is in. Clients ask before they delete a role (AWS IAM API
 * Reference: ListInstanceProfilesForRole).
 */
export const listInstanceProfilesForRole = defineIamOperation({
  name: 'ListInstanceProfilesForRole',
  input: structure('ListInstanceProfilesForRoleRequest', {
    roleName: required(roleName),
    ...pageInput,
  }),
  output: structure('ListInstanceProfilesForRoleResponse', {
    instanceProfiles: required(list(instanceProfileShape)),
    ...pageOutput,
  }),
  effect: 'reads',
  rateClass: 'iam-read',
  requestParameters: toRequestParameters,
  permissions: (input, call) =>
    permissionsOnPrincipal(call, 'iam:ListInstanceProfilesForRole', 'role', input.roleName),
  run: async (input, call) => {
    const { accountId, id } = await findRole(call, input.roleName)
    const profiles = await call.services.store.listInstanceProfilesOfRole(accountId, id)
    const page = cutPage(profiles, toPageRequest(input))
    const instanceProfiles = await Promise.all(
      page.items.map(profile => summarizeInstanceProfile(call, profile)),
    )
    return answer({ instanceProfiles, ...toPageOutput(page) })
  },
})
