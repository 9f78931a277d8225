import { ServiceError } from '../../errors.ts'
import { type Infer, required, structure } from '../../shapes/shape.ts'
import { IAM } from '../apis.ts'
import { type Call, defineOperation } from '../operation.ts'
import { refuseDeletionWhile } from './delete-conflict.ts'
import { describeInput } from './describe-input.ts'
import { findGroup } from './find-entity.ts'
import { permitOnPrincipal } from './iam-principal.ts'
import { groupName } from './iam-shapes.ts'
import { DONE } from './outcome.ts'
import { orRefuse } from './store-refusal.ts'

const input = structure('DeleteGroupRequest', { groupName: required(groupName) })

/** Deletes a group without users and policies (AWS IAM API Reference: DeleteGroup). */
export const deleteGroup = defineOperation({
  api: IAM,
  name: 'DeleteGroup',
  input,
  output: null,
  authentication: 'signature',
  readOnly: false,
  effect: 'changes',
  rateClass: 'iam-write',
  requestParameters: describeInput,
  checkInput: null,
  checkCaller: null,
  permissions: (request, call) =>
    permitOnPrincipal(call, 'iam:DeleteGroup', 'group', request.groupName),
  run,
})

async function run({ groupName: name }: Infer<typeof input>, call: Call) {
  const { store } = call.services
  const { accountId, id } = await findGroup(call, name)
  const members = await store.listGroupMembers(accountId, id, { marker: null, maxItems: 1 })
  // Which conflict AWS names first is UNVERIFIED.
  refuseDeletionWhile(members.items, 'must remove users from group first')
  refuseDeletionWhile(
    await store.listAttachedPolicies(accountId, id),
    'must detach all policies first',
  )
  refuseDeletionWhile(await store.listInlinePolicies(accountId, id), 'must delete policies first')
  await orRefuse(store.deleteGroup(accountId, id), {
    missing: () => new ServiceError('NoSuchEntity', `The group with name ${name} cannot be found.`),
  })
  return DONE
}
