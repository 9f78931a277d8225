import { ServiceError } from '../../errors.ts'
import { type Infer, required, structure } from '../../shapes/shape.ts'
import { IAM } from '../apis.ts'
import { type Call, defineOperation } from '../operation.ts'
import { refuseDeletionWhile } from './delete-conflict.ts'
import { describeInput } from './describe-input.ts'
import { findRole } from './find-entity.ts'
import { permitOnPrincipal } from './iam-principal.ts'
import { roleName } from './iam-shapes.ts'
import { DONE } from './outcome.ts'
import { orRefuse } from './store-refusal.ts'

const input = structure('DeleteRoleRequest', { roleName: required(roleName) })

/** Deletes a role without policies (AWS IAM API Reference: DeleteRole). */
export const deleteRole = defineOperation({
  api: IAM,
  name: 'DeleteRole',
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
    permitOnPrincipal(call, 'iam:DeleteRole', 'role', request.roleName),
  run: run,
})

async function run({ roleName: name }: Infer<typeof input>, call: Call) {
  const { store } = call.services
  const { accountId, id } = await findRole(call, name)
  // Which conflict AWS names first is UNVERIFIED.
  refuseDeletionWhile(
    await store.listAttachedPolicies(accountId, id),
    'must detach all policies first',
  )
  refuseDeletionWhile(await store.listInlinePolicies(accountId, id), 'must delete policies first')
  await orRefuse(store.deleteRole(accountId, id), {
    missing: () => new ServiceError('NoSuchEntity', `The role with name ${name} cannot be found.`),
  })
  return DONE
}
