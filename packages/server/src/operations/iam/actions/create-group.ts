import { createGroup as makeGroup } from '../../../changes/groups.ts'
import { formatGroupArn, toArnHome } from '../../../principals/arn.ts'
import { defaulted, type Infer, required, structure } from '../../../shapes/shape.ts'
import type { Call } from '../../operation.ts'
import { defineIamOperation } from '../define-iam-operation.ts'
import { groupShape, toGroupOutput } from '../iam-group.ts'
import { groupName, path } from '../iam-shapes.ts'
import { inTurn } from '../in-turn.ts'
import { answer } from '../outcome.ts'
import { toRequestParameters } from '../to-request-parameters.ts'
import { toResponseElements } from '../to-response-elements.ts'

const input = structure('CreateGroupRequest', {
  path: defaulted(path, '/'),
  groupName: required(groupName),
})

const output = structure('CreateGroupResponse', { group: required(groupShape) })

/** Makes a group (AWS IAM API Reference: CreateGroup). */
export const createGroup = defineIamOperation({
  name: 'CreateGroup',
  input,
  output,
  effect: 'changes',
  rateClass: 'iam-write',
  requestParameters: toRequestParameters,
  permissions: (request, { caller: { account } }) => [
    {
      action: 'iam:CreateGroup',
      resource: formatGroupArn(toArnHome(account), request.path, request.groupName),
      context: [],
    },
  ],
  run,
})

async function run({ groupName: name, path: groupPath }: Infer<typeof input>, call: Call) {
  const { account } = call.caller
  const options = { name, path: groupPath }
  const group = await inTurn(call, turn => makeGroup(turn, account, options))
  const answered = { group: toGroupOutput(account, group) }
  return answer(answered, toResponseElements(output, answered))
}
