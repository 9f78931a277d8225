import { ServiceError } from '../../errors.ts'
import { required, structure } from '../../shapes/shape.ts'
import { IAM } from '../apis.ts'
import { defineOperation } from '../operation.ts'
import { describeInput } from './describe-input.ts'
import { createMissingVersionError, loadOwnPolicy } from './iam-policy.ts'
import { arn, policyVersionId } from './iam-shapes.ts'
import { permitOnPolicy } from './managed-policy.ts'
import { DONE } from './outcome.ts'
import { orRefuse } from './store-refusal.ts'

/** Deletes a version of a managed policy that is not in force (AWS IAM API Reference: DeletePolicyVersion). */
export const deletePolicyVersion = defineOperation({
  api: IAM,
  name: 'DeletePolicyVersion',
  input: structure('DeletePolicyVersionRequest', {
    policyArn: required(arn),
    versionId: required(policyVersionId),
  }),
  output: null,
  authentication: 'signature',
  readOnly: false,
  effect: 'changes',
  rateClass: 'iam-write',
  requestParameters: describeInput,
  checkInput: null,
  checkCaller: null,
  permissions: ({ policyArn }, call) => permitOnPolicy(call, 'iam:DeletePolicyVersion', policyArn),
  run: async ({ policyArn, versionId }, call) => {
    const { accountId } = await loadOwnPolicy(call, 'iam:DeletePolicyVersion', policyArn)
    const { store } = call.services
    await orRefuse(store.deletePolicyVersion(accountId, policyArn, versionId), {
      conflict: () =>
        new ServiceError('DeleteConflict', 'Cannot delete the default version of a policy.'),
      missing: () => createMissingVersionError(policyArn, versionId),
    })
    return DONE
  },
})
