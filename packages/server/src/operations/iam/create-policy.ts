import { ServiceError } from '../../errors.ts'
import { formatManagedPolicyArn } from '../../principals/arn.ts'
import type { ManagedPolicy } from '../../principals/entities.ts'
import { formatUniqueId } from '../../principals/identifiers.ts'
import { defaulted, type Infer, optional, required, string, structure } from '../../shapes/shape.ts'
import { IAM } from '../apis.ts'
import { type Call, defineOperation, type Permission } from '../operation.ts'
import { describeInput } from './describe-input.ts'
import { describeOutput } from './describe-output.ts'
import { homeOf } from './find-entity.ts'
import { checkManagedPolicy, describePolicy, policyShape } from './iam-policy.ts'
import { policyDocument, policyName, policyPath, tags } from './iam-shapes.ts'
import { answer } from './outcome.ts'
import { orRefuse } from './store-refusal.ts'
import { listRequestTags } from './tag-context.ts'
import { checkTags, POLICY_TAGS } from './tagging.ts'

const input = structure('CreatePolicyRequest', {
  policyName: required(policyName),
  path: defaulted(policyPath, '/'),
  policyDocument: required(policyDocument),
  description: optional(string({ maxLength: 1000 })),
  tags: optional(tags),
})

const output = structure('CreatePolicyResponse', { policy: required(policyShape) })

type Input = Infer<typeof input>

/** Makes a managed policy with its first version (AWS IAM API Reference: CreatePolicy). */
export const createPolicy = defineOperation({
  api: IAM,
  name: 'CreatePolicy',
  input,
  output,
  authentication: 'signature',
  readOnly: false,
  effect: 'changes',
  rateClass: 'iam-write',
  requestParameters: describeInput,
  checkInput: null,
  checkCaller: null,
  permissions,
  run,
})

/** Who makes a policy with tags must also be allowed to tag it. */
function permissions(request: Input, { caller }: Call): readonly Permission[] {
  const { tags: requestTags = [] } = request
  const resource = formatManagedPolicyArn(homeOf(caller.account), request.path, request.policyName)
  const context = listRequestTags(requestTags)
  const create = { action: 'iam:CreatePolicy', resource, context }
  if (requestTags.length === 0) return [create]
  return [create, { action: 'iam:TagPolicy', resource, context }]
}

async function run(request: Input, { caller, nowMs, services }: Call) {
  const { account } = caller
  const { policyName: name, path } = request
  const document = checkManagedPolicy(request.policyDocument)
  const policy: ManagedPolicy = {
    accountId: account.id,
    id: formatUniqueId('managedPolicy', services.random.bytes(17)),
    name,
    path,
    arn: formatManagedPolicyArn(homeOf(account), path, name),
    description: request.description ?? null,
    defaultVersionId: 'v1',
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
    tags: checkTags(POLICY_TAGS, request.tags),
  }
  const firstVersion = { versionId: policy.defaultVersionId, document, createdAtMs: nowMs }
  await orRefuse(services.store.createManagedPolicy(policy, firstVersion), {
    exists: () =>
      new ServiceError(
        'EntityAlreadyExists',
        `A policy called ${name} already exists. Duplicate names are not allowed.`,
      ),
  })
  const uses = { attachmentCount: 0, permissionsBoundaryUsageCount: 0 }
  const answered = { policy: describePolicy(policy, uses) }
  return answer(answered, describeOutput(output, answered))
}
