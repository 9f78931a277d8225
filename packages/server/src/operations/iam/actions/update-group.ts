import { changeGroup } from '../../../changes/groups.ts'
import { requireGroup } from '../../../changes/lookups.ts'
import { optional, required, structure } from '../../../shapes/shape.ts'
import { defineIamOperation } from '../define-iam-operation.ts'
import { permissionsForMove } from '../iam-principal.ts'
import { groupName, path } from '../iam-shapes.ts'
import { inTurn } from '../in-turn.ts'
import { DONE } from '../outcome.ts'
import { toRequestParameters } from '../to-request-parameters.ts'

/** Gives a group another name or path, or both (AWS IAM API Reference: UpdateGroup). */
export const updateGroup = defineIamOperation({
  name: 'UpdateGroup',
  input: structure('UpdateGroupRequest', {
    groupName: required(groupName),
    newPath: optional(path),
    newGroupName: optional(groupName),
  }),
  output: null,
  effect: 'changes',
  rateClass: 'iam-write',
  requestParameters: toRequestParameters,
  permissions: ({ groupName: oldName, newPath, newGroupName }, call) =>
    permissionsForMove(call, 'iam:UpdateGroup', 'group', oldName, {
      path: newPath,
      name: newGroupName,
    }),
  run: async ({ groupName: oldName, newPath, newGroupName }, call) => {
    await inTurn(call, async turn => {
      const group = await requireGroup(turn.store, call.caller.account.id, oldName)
      await changeGroup(turn, group, { name: newGroupName, path: newPath })
    })
    return DONE
  },
})
