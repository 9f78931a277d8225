import { ServiceError } from '../../errors.ts'
import { type Infer, required, structure } from '../../shapes/shape.ts'
import { IAM } from '../apis.ts'
import { type Call, defineOperation } from '../operation.ts'
import { describeInput } from './describe-input.ts'
import { loadOwnPolicy } from './iam-policy.ts'
import { arn } from './iam-shapes.ts'
import { createMissingPolicyError, permitOnPolicy } from './managed-policy.ts'
import { DONE } from './outcome.ts'
import { orRefuse } from './store-refusal.ts'

const input = structure('DeletePolicyRequest', { policyArn: required(arn) })

/** Deletes a managed policy that nobody has any more (AWS IAM API Reference: DeletePolicy). */
export const deletePolicy = defineOperation({
  api: IAM,
  name: 'DeletePolicy',
  input,
  output: null,
  authentication: 'signature',
  readOnly: false,
  effect: 'changes',
  rateClass: 'iam-write',
  requestParameters: describeInput,
  checkInput: null,
  checkCaller: null,
  permissions: (request, call) => permitOnPolicy(call, 'iam:DeletePolicy', request.policyArn),
  run: run,
})

async function run({ policyArn }: Infer<typeof input>, call: Call) {
  const { store } = call.services
  const { accountId } = await loadOwnPolicy(call, 'iam:DeletePolicy', policyArn)
  const versions = await store.listPolicyVersions(accountId, policyArn)
  // Which conflict AWS names first is UNVERIFIED.
  if ((await store.listPolicyEntities(accountId, policyArn)).length > 0) throw createUseError()
  if (versions.length > 1) {
    throw new ServiceError(
      'DeleteConflict',
      "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy.",
    )
  }
  await orRefuse(store.deleteManagedPolicy(accountId, policyArn), {
    missing: () => createMissingPolicyError(policyArn),
    conflict: createUseError,
  })
  return DONE
}

function createUseError(): ServiceError {
  return new ServiceError('DeleteConflict', 'Cannot delete a policy attached to entities.')
}
