import { checkTags, USER_TAGS } from '../../../changes/tags.ts'
import { createUser as makeUser } from '../../../changes/users.ts'
import { formatUserArn, toArnHome } from '../../../principals/arn.ts'
import { defaulted, type Infer, optional, required, structure } from '../../../shapes/shape.ts'
import type { Call, Permission } from '../../operation.ts'
import { tags } from '../../tag-shapes.ts'
import { defineIamOperation } from '../define-iam-operation.ts'
import { arn, path, userName } from '../iam-shapes.ts'
import { toUserOutput, userShape } from '../iam-user.ts'
import { inTurn } from '../in-turn.ts'
import { answer } from '../outcome.ts'
import { permissionsToCreate } from '../permissions-to-create.ts'
import { toRequestParameters } from '../to-request-parameters.ts'
import { toResponseElements } from '../to-response-elements.ts'

const input = structure('CreateUserRequest', {
  path: defaulted(path, '/'),
  userName: required(userName),
  permissionsBoundary: optional(arn),
  tags: optional(tags),
})

const output = structure('CreateUserResponse', { user: required(userShape) })

type Input = Infer<typeof input>

/** Makes a user, with boundary and tags if they are given (AWS IAM API Reference: CreateUser). */
export const createUser = defineIamOperation({
  name: 'CreateUser',
  input,
  output,
  effect: 'changes',
  rateClass: 'iam-write',
  requestParameters: toRequestParameters,
  checkInput: request => {
    checkTags(USER_TAGS, request.tags)
  },
  permissions,
  run,
})

function permissions(request: Input, { caller }: Call): readonly Permission[] {
  const { path, userName: name, tags, permissionsBoundary } = request
  const resource = formatUserArn(toArnHome(caller.account), path, name)
  return permissionsToCreate({
    create: 'iam:CreateUser',
    tag: 'iam:TagUser',
    ...{ resource, tags, permissionsBoundary },
  })
}

async function run(request: Input, call: Call) {
  const { account } = call.caller
  const { userName: name, path, tags: requestTags = [], permissionsBoundary = null } = request
  const options = { name, path, tags: requestTags, permissionsBoundaryArn: permissionsBoundary }
  const user = await inTurn(call, turn => makeUser(turn, account, options))
  const answered = { user: toUserOutput(account, user) }
  return answer(answered, toResponseElements(output, answered))
}
