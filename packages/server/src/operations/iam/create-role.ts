import { ServiceError } from '../../errors.ts'
import { formatRoleArn } from '../../principals/arn.ts'
import type { Role } from '../../principals/entities.ts'
import { formatUniqueId } from '../../principals/identifiers.ts'
import { defaulted, type Infer, optional, required, structure } from '../../shapes/shape.ts'
import { IAM } from '../apis.ts'
import { type Call, defineOperation, type Permission } from '../operation.ts'
import { describeInput } from './describe-input.ts'
import { describeOutput } from './describe-output.ts'
import { homeOf } from './find-entity.ts'
import { describeRole, readTrustPolicy, roleShape } from './iam-role.ts'
import {
  arn,
  path,
  policyDocument,
  roleDescription,
  roleMaxSessionDuration,
  roleName,
  tags,
} from './iam-shapes.ts'
import { requireBoundaryPolicy } from './managed-policy.ts'
import { answer } from './outcome.ts'
import { orRefuse } from './store-refusal.ts'
import { listRequestTags } from './tag-context.ts'
import { checkTags, ROLE_TAGS } from './tagging.ts'

const input = structure('CreateRoleRequest', {
  path: defaulted(path, '/'),
  roleName: required(roleName),
  assumeRolePolicyDocument: required(policyDocument),
  description: optional(roleDescription),
  maxSessionDuration: defaulted(roleMaxSessionDuration, 3600),
  permissionsBoundary: optional(arn),
  tags: optional(tags),
})

const output = structure('CreateRoleResponse', { role: required(roleShape) })

type Input = Infer<typeof input>

/** Makes a role (AWS IAM API Reference: CreateRole). */
export const createRole = defineOperation({
  api: IAM,
  name: 'CreateRole',
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

/** Who makes a role with tags must also be allowed to tag it. */
function permissions(request: Input, { caller }: Call): readonly Permission[] {
  const { permissionsBoundary, tags: requestTags = [] } = request
  const resource = formatRoleArn(homeOf(caller.account), request.path, request.roleName)
  const tagContext = listRequestTags(requestTags)
  const context = [
    ...tagContext,
    ...(permissionsBoundary === undefined
      ? []
      : [['iam:PermissionsBoundary', permissionsBoundary] as const]),
  ]
  const create = { action: 'iam:CreateRole', resource, context }
  if (requestTags.length === 0) return [create]
  return [create, { action: 'iam:TagRole', resource, context: tagContext }]
}

async function run(request: Input, call: Call) {
  const { caller, nowMs, services } = call
  const { permissionsBoundary } = request
  const trust = await readTrustPolicy(call, request.assumeRolePolicyDocument)
  const roleTags = checkTags(ROLE_TAGS, request.tags)
  if (permissionsBoundary !== undefined) await requireBoundaryPolicy(call, permissionsBoundary)
  const role: Role = {
    accountId: caller.account.id,
    id: formatUniqueId('role', services.random.bytes(17)),
    name: request.roleName,
    path: request.path,
    createdAtMs: nowMs,
    description: request.description ?? null,
    ...trust,
    maxSessionSeconds: request.maxSessionDuration,
    tags: roleTags,
    permissionsBoundaryArn: permissionsBoundary ?? null,
    sessionsRevokedBeforeMs: null,
  }
  await orRefuse(services.store.createRole(role), {
    exists: () =>
      new ServiceError('EntityAlreadyExists', `Role with name ${role.name} already exists.`),
  })
  const answered = { role: await describeRole(call, role) }
  return answer(answered, describeOutput(output, answered))
}
