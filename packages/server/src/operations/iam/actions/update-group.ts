import { changeGroup } from '../../../changes/groups.ts'
import { requireGroup } from '../../../changes/lookups.ts'
import { formatGroupArn, homeOf } from '../../../principals/arn.ts'
import { type Infer, optional, required, structure } from '../../../shapes/shape.ts'
import type { Call, Permission } from '../../operation.ts'
import { defineIamOperation } from '../define-iam-operation.ts'
import { describeInput } from '../describe-input.ts'
import { permitOnPrincipal } from '../iam-principal.ts'
import { groupName, path } from '../iam-shapes.ts'
import { inTurn } from '../in-turn.ts'
import { DONE } from '../outcome.ts'

const input = structure('UpdateGroupRequest', {
  groupName: required(groupName),
  newPath: optional(path),
  newGroupName: optional(groupName),
})

type Input = Infer<typeof input>

/** Gives a group another name or path, or both (AWS IAM API Reference: UpdateGroup). */
export const updateGroup = defineIamOperation({
  name: 'UpdateGroup',
  input,
  output: null,
  effect: 'changes',
  rateClass: 'iam-write',
  requestParameters: describeInput,
  permissions,
  run,
})

/** The caller must be allowed on the group as it is and as it will be. */
async function permissions(request: Input, call: Call): Promise<readonly Permission[]> {
  const { groupName: name, newPath, newGroupName } = request
  const { account } = call.caller
  const present = await permitOnPrincipal(call, 'iam:UpdateGroup', 'group', name)
  const group = await call.services.store.findGroup(account.id, name)
  const resource = formatGroupArn(
    homeOf(account),
    newPath ?? group?.path ?? '/',
    newGroupName ?? group?.name ?? name,
  )
  return present.flatMap(permission =>
    permission.resource === resource ? [permission] : [permission, { ...permission, resource }],
  )
}

async function run({ groupName: oldName, newPath, newGroupName }: Input, call: Call) {
  await inTurn(call, async turn => {
    const group = await requireGroup(turn.store, call.caller.account.id, oldName)
    await changeGroup(turn, group, { name: newGroupName, path: newPath })
  })
  return DONE
}
