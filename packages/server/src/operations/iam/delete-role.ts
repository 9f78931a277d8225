import { deleteRole as removeRole } from '../../changes/roles.ts'
import { type Infer, required, structure } from '../../shapes/shape.ts'
import { IAM } from '../apis.ts'
import { type Call, defineOperation } from '../operation.ts'
import { describeInput } from './describe-input.ts'
import { permitOnPrincipal } from './iam-principal.ts'
import { roleName } from './iam-shapes.ts'
import { inTurn } from './in-turn.ts'
import { DONE } from './outcome.ts'

const input = structure('DeleteRoleRequest', { roleName: required(roleName) })

/** Deletes a role without policies (AWS IAM API Reference: DeleteRole). */
export const deleteRole = defineOperation({
  api: IAM,
  name: 'DeleteRole',
  input,
  output: null,
  authentication: 'signature',
  readOnly: false,
  effect: 'changes',
  rateClass: 'iam-write',
  requestParameters: describeInput,
  checkInput: null,
  checkCaller: null,
  permissions: (request, call) =>
    permitOnPrincipal(call, 'iam:DeleteRole', 'role', request.roleName),
  run: run,
})

async function run({ roleName: name }: Infer<typeof input>, call: Call) {
  await inTurn(call, turn => removeRole(turn, call.caller.account, name))
  return DONE
}
