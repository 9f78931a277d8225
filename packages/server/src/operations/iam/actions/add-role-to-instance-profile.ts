import { addRoleToInstanceProfile as putRole } from '../../../changes/instance-profiles.ts'
import { requireRole } from '../../../changes/lookups.ts'
import { refuseServiceLinked } from '../../../changes/roles.ts'
import { type Infer, required, structure } from '../../../shapes/shape.ts'
import type { Call, Permission } from '../../operation.ts'
import { defineIamOperation } from '../define-iam-operation.ts'
import {
  changeInstanceProfile,
  instanceProfileName,
  permissionsOnInstanceProfile,
} from '../iam-instance-profile.ts'
import { permissionsOnPrincipal } from '../iam-principal.ts'
import { roleName } from '../iam-shapes.ts'
import { DONE } from '../outcome.ts'
import { toRequestParameters } from '../to-request-parameters.ts'

const input = structure('AddRoleToInstanceProfileRequest', {
  instanceProfileName: required(instanceProfileName),
  roleName: required(roleName),
})

type Input = Infer<typeof input>

/** Puts a role into an instance profile, which holds one (AWS IAM API Reference: AddRoleToInstanceProfile). */
export const addRoleToInstanceProfile = defineIamOperation({
  name: 'AddRoleToInstanceProfile',
  input,
  output: null,
  effect: 'changes',
  rateClass: 'iam-write',
  requestParameters: toRequestParameters,
  permissions,
  run: async ({ instanceProfileName: profileName, roleName: name }, call) => {
    await changeInstanceProfile(call, profileName, async (turn, profile) => {
      const role = await requireRole(turn.store, profile.accountId, name)
      refuseServiceLinked(role)
      await putRole(turn, profile, role)
    })
    return DONE
  },
})

/**
 * Whoever puts a role into a profile gives it to every instance with that profile, so the caller
 * must be allowed to pass the role to EC2. That the service is in the context is UNVERIFIED;
 * policies that are copied widely ask for it.
 */
async function permissions(
  { instanceProfileName: profileName, roleName: name }: Input,
  call: Call,
): Promise<readonly Permission[]> {
  const suffix = call.caller.account.partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com'
  return [
    ...(await permissionsOnInstanceProfile(call, 'iam:AddRoleToInstanceProfile', profileName)),
    ...(await permissionsOnPrincipal(call, 'iam:PassRole', 'role', name, () => [
      ['iam:PassedToService', `ec2.${suffix}`],
    ])),
  ]
}
