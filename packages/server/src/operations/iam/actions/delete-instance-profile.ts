import { deleteInstanceProfile as removeInstanceProfile } from '../../../changes/instance-profiles.ts'
import { required, structure } from '../../../shapes/shape.ts'
import { defineIamOperation } from '../define-iam-operation.ts'
import { instanceProfileName, permissionsOnInstanceProfile } from '../iam-instance-profile.ts'
import { inTurn } from '../in-turn.ts'
import { DONE } from '../outcome.ts'
import { toRequestParameters } from '../to-request-parameters.ts'

/** Deletes an instance profile without a role (AWS IAM API Reference: DeleteInstanceProfile). */
export const deleteInstanceProfile = defineIamOperation({
  name: 'DeleteInstanceProfile',
  input: structure('DeleteInstanceProfileRequest', {
    instanceProfileName: required(instanceProfileName),
  }),
  output: null,
  effect: 'changes',
  rateClass: 'iam-write',
  requestParameters: toRequestParameters,
  permissions: ({ instanceProfileName: name }, call) =>
    permissionsOnInstanceProfile(call, 'iam:DeleteInstanceProfile', name),
  run: async ({ instanceProfileName: name }, call) => {
    await inTurn(call, turn => removeInstanceProfile(turn, call.caller.account, name))
    return DONE
  },
})
