import {
  createServiceLinkedRole as makeServiceLinkedRole,
  nameServiceLinkedRole,
  type ServiceLinkedRoleOptions,
} from '../../../changes/service-linked-roles.ts'
import { formatRoleArn, toArnHome } from '../../../principals/arn.ts'
import { type Infer, optional, required, string, structure } from '../../../shapes/shape.ts'
import type { Call, Permission } from '../../operation.ts'
import { defineIamOperation } from '../define-iam-operation.ts'
import { roleShape, toRoleOutput } from '../iam-role.ts'
import { groupName, roleDescription } from '../iam-shapes.ts'
import { inTurn } from '../in-turn.ts'
import { answer } from '../outcome.ts'
import { toRequestParameters } from '../to-request-parameters.ts'
import { toResponseElements } from '../to-response-elements.ts'

const input = structure('CreateServiceLinkedRoleRequest', {
  // The model calls the type of a service's name after groups.
  awsServiceName: required(groupName, 'AWSServiceName'),
  description: optional(roleDescription),
  customSuffix: optional(string({ minLength: 1, maxLength: 64, pattern: '[\\w+=,.@-]+' })),
})

const output = structure('CreateServiceLinkedRoleResponse', { role: required(roleShape) })

type Input = Infer<typeof input>

/** Makes the role that is linked to a service of AWS's (AWS IAM API Reference: CreateServiceLinkedRole). */
export const createServiceLinkedRole = defineIamOperation({
  name: 'CreateServiceLinkedRole',
  input,
  output,
  effect: 'changes',
  rateClass: 'iam-write',
  requestParameters: toRequestParameters,
  permissions,
  run,
})

function permissions(request: Input, { caller }: Call): readonly Permission[] {
  const { path, name } = nameServiceLinkedRole(toOptions(request))
  const resource = formatRoleArn(toArnHome(caller.account), path, name)
  const context = [['iam:AWSServiceName', request.awsServiceName] as const]
  return [{ action: 'iam:CreateServiceLinkedRole', resource, context }]
}

async function run(request: Input, call: Call) {
  const options = toOptions(request)
  const role = await inTurn(call, turn => makeServiceLinkedRole(turn, call.caller.account, options))
  const answered = { role: await toRoleOutput(call, role) }
  return answer(answered, toResponseElements(output, answered))
}

function toOptions({ awsServiceName, description, customSuffix }: Input): ServiceLinkedRoleOptions {
  return {
    service: awsServiceName,
    description: description ?? null,
    suffix: customSuffix ?? null,
  }
}
