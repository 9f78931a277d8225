import { ServiceError } from '../../errors.ts'
import { boolean, defaulted, type Infer, required, structure } from '../../shapes/shape.ts'
import { StoreError } from '../../store/ports.ts'
import { IAM } from '../apis.ts'
import { type Call, defineOperation, type Outcome } from '../operation.ts'
import { describeInput } from './describe-input.ts'
import { describeOutput } from './describe-output.ts'
import {
  checkManagedPolicy,
  loadOwnPolicy,
  policyVersionShape,
  summarizeVersion,
} from './iam-policy.ts'
import { arn, policyDocument } from './iam-shapes.ts'
import { createMissingPolicyError, permitOnPolicy } from './managed-policy.ts'
import { answer } from './outcome.ts'

/** Versions of one managed policy (AWS IAM User Guide: quotas). */
export const MAX_POLICY_VERSIONS = 5

const input = structure('CreatePolicyVersionRequest', {
  policyArn: required(arn),
  policyDocument: required(policyDocument),
  setAsDefault: defaulted(boolean(), false),
})

const output = structure('CreatePolicyVersionResponse', {
  policyVersion: required(policyVersionShape),
})

/** Adds a version to a managed policy (AWS IAM API Reference: CreatePolicyVersion). */
export const createPolicyVersion = defineOperation({
  api: IAM,
  name: 'CreatePolicyVersion',
  input,
  output,
  authentication: 'signature',
  readOnly: false,
  effect: 'changes',
  rateClass: 'iam-write',
  requestParameters: describeInput,
  checkInput: null,
  checkCaller: null,
  permissions: ({ policyArn }, call) => permitOnPolicy(call, 'iam:CreatePolicyVersion', policyArn),
  run,
})

async function run(
  request: Infer<typeof input>,
  call: Call,
): Promise<Outcome<Infer<typeof output>>> {
  const { policyArn, setAsDefault } = request
  const { nowMs, services } = call
  const present = await loadOwnPolicy(call, 'iam:CreatePolicyVersion', policyArn)
  const document = checkManagedPolicy(request.policyDocument)
  const versions = await services.store.listPolicyVersions(present.accountId, policyArn)
  if (versions.length >= MAX_POLICY_VERSIONS) {
    throw new ServiceError(
      'LimitExceeded',
      `A managed policy can have up to ${MAX_POLICY_VERSIONS} versions. Before you create a new version, you must delete an existing version.`,
    )
  }
  const newest = await services.store.findNewestVersionNumber(present.accountId, policyArn)
  if (newest === null) throw createMissingPolicyError(policyArn)
  // No number is given twice, so that `v3` means the same in every record.
  const version = { versionId: `v${newest + 1}`, document, createdAtMs: nowMs }
  const defaultVersionId = setAsDefault ? version.versionId : present.defaultVersionId
  const policy = { ...present, defaultVersionId, updatedAtMs: nowMs }
  try {
    await services.store.createPolicyVersion(policy, version)
  } catch (error) {
    if (!(error instanceof StoreError)) throw error
    // Another request was first with this number. That comes to an end: there are few versions.
    if (error.reason === 'exists') return run(request, call)
    throw createMissingPolicyError(policyArn)
  }
  const answered = { policyVersion: summarizeVersion(version, policy) }
  return answer(answered, describeOutput(output, answered))
}
