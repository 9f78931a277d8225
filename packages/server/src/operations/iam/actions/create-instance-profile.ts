import { createInstanceProfile as makeInstanceProfile } from '../../../changes/instance-profiles.ts'
import { formatInstanceProfileArn, toArnHome } from '../../../principals/arn.ts'
import { defaulted, type Infer, optional, required, structure } from '../../../shapes/shape.ts'
import type { Call, Permission } from '../../operation.ts'
import { tags } from '../../tag-shapes.ts'
import { defineIamOperation } from '../define-iam-operation.ts'
import {
  instanceProfileName,
  instanceProfileShape,
  toInstanceProfileOutput,
} from '../iam-instance-profile.ts'
import { path } from '../iam-shapes.ts'
import { inTurn } from '../in-turn.ts'
import { answer } from '../outcome.ts'
import { permissionsToCreate } from '../permissions-to-create.ts'
import { toRequestParameters } from '../to-request-parameters.ts'
import { toResponseElements } from '../to-response-elements.ts'

const input = structure('CreateInstanceProfileRequest', {
  instanceProfileName: required(instanceProfileName),
  path: defaulted(path, '/'),
  tags: optional(tags),
})

const output = structure('CreateInstanceProfileResponse', {
  instanceProfile: required(instanceProfileShape),
})

type Input = Infer<typeof input>

/** Makes an instance profile without a role (AWS IAM API Reference: CreateInstanceProfile). */
export const createInstanceProfile = defineIamOperation({
  name: 'CreateInstanceProfile',
  input,
  output,
  effect: 'changes',
  rateClass: 'iam-write',
  requestParameters: toRequestParameters,
  permissions,
  run,
})

function permissions(request: Input, { caller }: Call): readonly Permission[] {
  const { path, instanceProfileName: name, tags } = request
  const resource = formatInstanceProfileArn(toArnHome(caller.account), path, name)
  return permissionsToCreate({
    create: 'iam:CreateInstanceProfile',
    tag: 'iam:TagInstanceProfile',
    ...{ resource, tags },
  })
}

async function run(request: Input, call: Call) {
  const { instanceProfileName: name, path: profilePath, tags: requestTags = [] } = request
  const options = { name, path: profilePath, tags: requestTags }
  const profile = await inTurn(call, turn =>
    makeInstanceProfile(turn, call.caller.account, options),
  )
  const answered = { instanceProfile: await toInstanceProfileOutput(call, profile) }
  return answer(answered, toResponseElements(output, answered))
}
