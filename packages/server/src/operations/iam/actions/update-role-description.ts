import { required, structure } from '../../../shapes/shape.ts'
import { defineIamOperation } from '../define-iam-operation.ts'
import { permissionsOnPrincipal } from '../iam-principal.ts'
import { changeRole, roleShape, toRoleOutput } from '../iam-role.ts'
import { roleDescription, roleName } from '../iam-shapes.ts'
import { answer } from '../outcome.ts'
import { toRequestParameters } from '../to-request-parameters.ts'
import { toResponseElements } from '../to-response-elements.ts'

const input = structure('UpdateRoleDescriptionRequest', {
  roleName: required(roleName),
  description: required(roleDescription),
})

const output = structure('UpdateRoleDescriptionResponse', { role: required(roleShape) })

/** Changes the description of a role (AWS IAM API Reference: UpdateRoleDescription). */
export const updateRoleDescription = defineIamOperation({
  name: 'UpdateRoleDescription',
  input,
  output: output,
  effect: 'changes',
  rateClass: 'iam-write',
  requestParameters: toRequestParameters,
  permissions: ({ roleName: name }, call) =>
    permissionsOnPrincipal(call, 'iam:UpdateRoleDescription', 'role', name),
  run: async ({ roleName: name, description }, call) => {
    const role = await changeRole(call, name, () => ({ description }))
    const answered = { role: await toRoleOutput(call, role) }
    return answer(answered, toResponseElements(output, answered))
  },
})
