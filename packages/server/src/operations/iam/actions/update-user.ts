import { formatUserArn, homeOf } from '../../../principals/arn.ts'
import { type Infer, optional, required, structure } from '../../../shapes/shape.ts'
import type { Call, Permission } from '../../operation.ts'
import { defineIamOperation } from '../define-iam-operation.ts'
import { describeInput } from '../describe-input.ts'
import { permitOnPrincipal } from '../iam-principal.ts'
import { existingUserName, path, userName } from '../iam-shapes.ts'
import { changeUser } from '../iam-user.ts'
import { DONE } from '../outcome.ts'

const input = structure('UpdateUserRequest', {
  userName: required(existingUserName),
  newPath: optional(path),
  newUserName: optional(userName),
})

type Input = Infer<typeof input>

/** Gives a user another name or path, or both (AWS IAM API Reference: UpdateUser). */
export const updateUser = defineIamOperation({
  name: 'UpdateUser',
  input,
  output: null,
  effect: 'changes',
  rateClass: 'iam-write',
  requestParameters: describeInput,
  permissions,
  run,
})

/** The caller must be allowed on the user as it is and as it will be. */
async function permissions(request: Input, call: Call): Promise<readonly Permission[]> {
  const { userName: name, newPath, newUserName } = request
  const { account } = call.caller
  const present = await permitOnPrincipal(call, 'iam:UpdateUser', 'user', name)
  const user = await call.services.store.findUser(account.id, name)
  const resource = formatUserArn(
    homeOf(account),
    newPath ?? user?.path ?? '/',
    newUserName ?? user?.name ?? name,
  )
  return present.flatMap(permission =>
    permission.resource === resource ? [permission] : [permission, { ...permission, resource }],
  )
}

async function run({ userName: oldName, newPath, newUserName }: Input, call: Call) {
  await changeUser(call, oldName, () => ({ name: newUserName, path: newPath }))
  return DONE
}
