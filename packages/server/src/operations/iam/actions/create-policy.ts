import { createManagedPolicy } from '../../../changes/managed-policies.ts'
import { formatManagedPolicyArn, toArnHome } from '../../../principals/arn.ts'
import {
  defaulted,
  type Infer,
  optional,
  required,
  string,
  structure,
} from '../../../shapes/shape.ts'
import type { Call, Permission } from '../../operation.ts'
import { tags } from '../../tag-shapes.ts'
import { defineIamOperation } from '../define-iam-operation.ts'
import { policyShape, toPolicyOutput } from '../iam-policy.ts'
import { NO_NULL, policyDocument, policyName, policyPath } from '../iam-shapes.ts'
import { inTurn } from '../in-turn.ts'
import { answer } from '../outcome.ts'
import { permissionsToCreate } from '../permissions-to-create.ts'
import { toRequestParameters } from '../to-request-parameters.ts'
import { toResponseElements } from '../to-response-elements.ts'

const input = structure('CreatePolicyRequest', {
  policyName: required(policyName),
  path: defaulted(policyPath, '/'),
  policyDocument: required(policyDocument),
  description: optional(string({ maxLength: 1000, pattern: NO_NULL })),
  tags: optional(tags),
})

const output = structure('CreatePolicyResponse', { policy: required(policyShape) })

type Input = Infer<typeof input>

/** Makes a managed policy with its first version (AWS IAM API Reference: CreatePolicy). */
export const createPolicy = defineIamOperation({
  name: 'CreatePolicy',
  input,
  output,
  effect: 'changes',
  rateClass: 'iam-write',
  requestParameters: toRequestParameters,
  permissions,
  run,
})

function permissions(request: Input, { caller }: Call): readonly Permission[] {
  const { path, policyName: name, tags } = request
  const resource = formatManagedPolicyArn(toArnHome(caller.account), path, name)
  return permissionsToCreate({
    create: 'iam:CreatePolicy',
    tag: 'iam:TagPolicy',
    ...{ resource, tags },
  })
}

async function run(request: Input, call: Call) {
  const { account } = call.caller
  const { policyName: name, path, policyDocument: document, tags: requestTags = [] } = request
  const description = request.description ?? null
  const options = { name, path, description, tags: requestTags, document }
  const policy = await inTurn(call, turn => createManagedPolicy(turn, account, options))
  const uses = { attachmentCount: 0, permissionsBoundaryUsageCount: 0 }
  const answered = { policy: toPolicyOutput(policy, uses) }
  return answer(answered, toResponseElements(output, answered))
}
