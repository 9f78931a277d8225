import { type Infer, required, structure } from '../../shapes/shape.ts'
import { IAM } from '../apis.ts'
import { type Call, defineOperation } from '../operation.ts'
import { refuseDeletionWhile } from './delete-conflict.ts'
import { describeInput } from './describe-input.ts'
import { findUser } from './find-entity.ts'
import { permitOnPrincipal } from './iam-principal.ts'
import { existingUserName } from './iam-shapes.ts'
import { refuseGoneUser } from './iam-user.ts'
import { DONE } from './outcome.ts'
import { orRefuse } from './store-refusal.ts'

const input = structure('DeleteUserRequest', { userName: required(existingUserName) })

/** Deletes a user that has nothing any more (AWS IAM API Reference: DeleteUser). */
export const deleteUser = defineOperation({
  api: IAM,
  name: 'DeleteUser',
  input,
  output: null,
  authentication: 'signature',
  readOnly: false,
  effect: 'changes',
  rateClass: 'iam-write',
  requestParameters: describeInput,
  checkInput: null,
  checkCaller: null,
  permissions: ({ userName }, call) => permitOnPrincipal(call, 'iam:DeleteUser', 'user', userName),
  run,
})

async function run({ userName }: Infer<typeof input>, call: Call) {
  const { store } = call.services
  const { accountId, id } = await findUser(call, userName)
  // Which conflict AWS names first is UNVERIFIED.
  refuseDeletionWhile(await store.listAccessKeys(accountId, id), 'must delete access keys first')
  refuseDeletionWhile(
    await store.listAttachedPolicies(accountId, id),
    'must detach all policies first',
  )
  refuseDeletionWhile(await store.listInlinePolicies(accountId, id), 'must delete policies first')
  refuseDeletionWhile(
    await store.listGroupsOfUser(accountId, id),
    'must remove users from group first',
  )
  await orRefuse(store.deleteUser(accountId, id), refuseGoneUser(userName))
  return DONE
}
