import {
  isServiceLinked,
  createRole as makeRole,
  SERVICE_LINKED_PATH,
} from '../../../changes/roles.ts'
import { ServiceError } from '../../../errors.ts'
import { formatRoleArn, toArnHome } from '../../../principals/arn.ts'
import { defaulted, type Infer, optional, required, structure } from '../../../shapes/shape.ts'
import type { Call, Permission } from '../../operation.ts'
import { tags } from '../../tag-shapes.ts'
import { defineIamOperation } from '../define-iam-operation.ts'
import { roleShape, toRoleOutput } from '../iam-role.ts'
import {
  arn,
  path,
  policyDocument,
  roleDescription,
  roleMaxSessionDuration,
  roleName,
} from '../iam-shapes.ts'
import { inTurn } from '../in-turn.ts'
import { answer } from '../outcome.ts'
import { permissionsToCreate } from '../permissions-to-create.ts'
import { toRequestParameters } from '../to-request-parameters.ts'
import { toResponseElements } from '../to-response-elements.ts'

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
export const createRole = defineIamOperation({
  name: 'CreateRole',
  input,
  output,
  effect: 'changes',
  rateClass: 'iam-write',
  requestParameters: toRequestParameters,
  checkInput: ({ path: wanted }) => {
    // That AWS refuses it, and how, is UNVERIFIED.
    if (isServiceLinked({ path: wanted })) {
      throw new ServiceError('InvalidInput', `Path ${SERVICE_LINKED_PATH} is reserved for AWS.`)
    }
  },
  permissions,
  run,
})

function permissions(request: Input, { caller }: Call): readonly Permission[] {
  const { path, roleName: name, tags, permissionsBoundary } = request
  const resource = formatRoleArn(toArnHome(caller.account), path, name)
  return permissionsToCreate({
    create: 'iam:CreateRole',
    tag: 'iam:TagRole',
    ...{ resource, tags, permissionsBoundary },
  })
}

async function run(request: Input, call: Call) {
  const { account } = call.caller
  const options = {
    name: request.roleName,
    path: request.path,
    description: request.description ?? null,
    trustPolicy: request.assumeRolePolicyDocument,
    maxSessionSeconds: request.maxSessionDuration,
    tags: request.tags ?? [],
    permissionsBoundaryArn: request.permissionsBoundary ?? null,
  }
  const role = await inTurn(call, turn => makeRole(turn, account, options))
  const answered = { role: await toRoleOutput(call, role) }
  return answer(answered, toResponseElements(output, answered))
}
