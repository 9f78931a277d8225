import { required, structure } from '../../shapes/shape.ts'
import { IAM } from '../apis.ts'
import { defineOperation } from '../operation.ts'
import { describeInput } from './describe-input.ts'
import { createMissingVersionError, loadOwnPolicy } from './iam-policy.ts'
import { arn, policyVersionId } from './iam-shapes.ts'
import { permitOnPolicy } from './managed-policy.ts'
import { DONE } from './outcome.ts'
import { orRefuse } from './store-refusal.ts'

/** Puts a version of a managed policy in force (AWS IAM API Reference: SetDefaultPolicyVersion). */
export const setDefaultPolicyVersion = defineOperation({
  api: IAM,
  name: 'SetDefaultPolicyVersion',
  input: structure('SetDefaultPolicyVersionRequest', {
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
  permissions: ({ policyArn }, call) =>
    permitOnPolicy(call, 'iam:SetDefaultPolicyVersion', policyArn),
  run: async ({ policyArn, versionId }, call) => {
    const policy = await loadOwnPolicy(call, 'iam:SetDefaultPolicyVersion', policyArn)
    const changed = { ...policy, defaultVersionId: versionId }
    await orRefuse(call.services.store.saveManagedPolicy(changed), {
      missing: () => createMissingVersionError(policyArn, versionId),
    })
    return DONE
  },
})
