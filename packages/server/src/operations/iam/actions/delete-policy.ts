import { deleteManagedPolicy } from '../../../changes/managed-policies.ts'
import { type Infer, required, structure } from '../../../shapes/shape.ts'
import type { Call } from '../../operation.ts'
import { defineIamOperation } from '../define-iam-operation.ts'
import { changeOwnPolicy } from '../iam-policy.ts'
import { arn } from '../iam-shapes.ts'
import { permissionsOnPolicy } from '../managed-policy.ts'
import { DONE } from '../outcome.ts'
import { toRequestParameters } from '../to-request-parameters.ts'

const input = structure('DeletePolicyRequest', { policyArn: required(arn) })

/** Deletes a managed policy that nobody uses any more (AWS IAM API Reference: DeletePolicy). */
export const deletePolicy = defineIamOperation({
  name: 'DeletePolicy',
  input,
  output: null,
  effect: 'changes',
  rateClass: 'iam-write',
  requestParameters: toRequestParameters,
  permissions: (request, call) => permissionsOnPolicy(call, 'iam:DeletePolicy', request.policyArn),
  run: run,
})

async function run({ policyArn }: Infer<typeof input>, call: Call) {
  await changeOwnPolicy(call, 'iam:DeletePolicy', policyArn, deleteManagedPolicy)
  return DONE
}
