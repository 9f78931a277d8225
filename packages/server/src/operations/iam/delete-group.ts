import { deleteGroup as removeGroup } from '../../changes/groups.ts'
import { type Infer, required, structure } from '../../shapes/shape.ts'
import { IAM } from '../apis.ts'
import { type Call, defineOperation } from '../operation.ts'
import { describeInput } from './describe-input.ts'
import { permitOnPrincipal } from './iam-principal.ts'
import { groupName } from './iam-shapes.ts'
import { inTurn } from './in-turn.ts'
import { DONE } from './outcome.ts'

const input = structure('DeleteGroupRequest', { groupName: required(groupName) })

/** Deletes a group without users and policies (AWS IAM API Reference: DeleteGroup). */
export const deleteGroup = defineOperation({
  api: IAM,
  name: 'DeleteGroup',
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
    permitOnPrincipal(call, 'iam:DeleteGroup', 'group', request.groupName),
  run,
})

async function run({ groupName: name }: Infer<typeof input>, call: Call) {
  await inTurn(call, turn => removeGroup(turn, call.caller.account, name))
  return DONE
}
