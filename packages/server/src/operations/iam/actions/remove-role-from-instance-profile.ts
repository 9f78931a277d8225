import { removeRoleFromInstanceProfile as takeRole } from '../../../changes/instance-profiles.ts'
import { requireRole } from '../../../changes/lookups.ts'
import { required, structure } from '../../../shapes/shape.ts'
import { defineIamOperation } from '../define-iam-operation.ts'
import {
  changeInstanceProfile,
  instanceProfileName,
  permissionsOnInstanceProfile,
} from '../iam-instance-profile.ts'
import { roleName } from '../iam-shapes.ts'
import { DONE } from '../outcome.ts'
import { toRequestParameters } from '../to-request-parameters.ts'

/** Takes a role out of an instance profile (AWS IAM API Reference: RemoveRoleFromInstanceProfile). */
export const removeRoleFromInstanceProfile = defineIamOperation({
  name: 'RemoveRoleFromInstanceProfile',
  input: structure('RemoveRoleFromInstanceProfileRequest', {
    instanceProfileName: required(instanceProfileName),
    roleName: required(roleName),
  }),
  output: null,
  effect: 'changes',
  rateClass: 'iam-write',
  requestParameters: toRequestParameters,
  permissions: ({ instanceProfileName: name }, call) =>
    permissionsOnInstanceProfile(call, 'iam:RemoveRoleFromInstanceProfile', name),
  run: async ({ instanceProfileName: profileName, roleName: name }, call) => {
    await changeInstanceProfile(call, profileName, async (turn, profile) =>
      takeRole(turn, profile, await requireRole(turn.store, profile.accountId, name)),
    )
    return DONE
  },
})
