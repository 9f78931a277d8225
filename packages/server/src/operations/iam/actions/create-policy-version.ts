import { createPolicyVersion as addVersion } from '../../../changes/policy-versions.ts'
import { boolean, defaulted, type Infer, required, structure } from '../../../shapes/shape.ts'
import type { Call } from '../../operation.ts'
import { defineIamOperation } from '../define-iam-operation.ts'
import { changeOwnPolicy, policyVersionShape, summarizeVersion } from '../iam-policy.ts'
import { arn, policyDocument } from '../iam-shapes.ts'
import { permissionsOnPolicy } from '../managed-policy.ts'
import { answer } from '../outcome.ts'
import { toRequestParameters } from '../to-request-parameters.ts'
import { toResponseElements } from '../to-response-elements.ts'

const input = structure('CreatePolicyVersionRequest', {
  policyArn: required(arn),
  policyDocument: required(policyDocument),
  setAsDefault: defaulted(boolean(), false),
})

const output = structure('CreatePolicyVersionResponse', {
  policyVersion: required(policyVersionShape),
})

/** Adds a version to a managed policy (AWS IAM API Reference: CreatePolicyVersion). */
export const createPolicyVersion = defineIamOperation({
  name: 'CreatePolicyVersion',
  input,
  output,
  effect: 'changes',
  rateClass: 'iam-write',
  requestParameters: toRequestParameters,
  permissions: ({ policyArn }, call) =>
    permissionsOnPolicy(call, 'iam:CreatePolicyVersion', policyArn),
  run,
})

async function run(request: Infer<typeof input>, call: Call) {
  const { policyArn, policyDocument: document, setAsDefault: isDefault } = request
  const { policy, version } = await changeOwnPolicy(
    call,
    'iam:CreatePolicyVersion',
    policyArn,
    (turn, present) => addVersion(turn, present, { document, isDefault }),
  )
  const answered = { policyVersion: summarizeVersion(version, policy) }
  return answer(answered, toResponseElements(output, answered))
}
