import { required, structure } from '../../shapes/shape.ts'
import { IAM } from '../apis.ts'
import { defineOperation } from '../operation.ts'
import { describeInput } from './describe-input.ts'
import { findUser } from './find-entity.ts'
import { permitOnPrincipal } from './iam-principal.ts'
import { arn, userName } from './iam-shapes.ts'
import { refuseGoneUser } from './iam-user.ts'
import { requireBoundaryPolicy } from './managed-policy.ts'
import { DONE } from './outcome.ts'
import { orRefuse } from './store-refusal.ts'

/** Bounds a user by a managed policy (AWS IAM API Reference: PutUserPermissionsBoundary). */
export const putUserPermissionsBoundary = defineOperation({
  api: IAM,
  name: 'PutUserPermissionsBoundary',
  input: structure('PutUserPermissionsBoundaryRequest', {
    userName: required(userName),
    permissionsBoundary: required(arn),
  }),
  output: null,
  authentication: 'signature',
  readOnly: false,
  effect: 'changes',
  rateClass: 'iam-write',
  requestParameters: describeInput,
  checkInput: null,
  checkCaller: null,
  permissions: (input, call) =>
    permitOnPrincipal(call, 'iam:PutUserPermissionsBoundary', 'user', input.userName, () => [
      ['iam:PermissionsBoundary', input.permissionsBoundary],
    ]),
  run: async (input, call) => {
    const user = await findUser(call, input.userName)
    await requireBoundaryPolicy(call, input.permissionsBoundary)
    const bounded = { ...user, permissionsBoundaryArn: input.permissionsBoundary }
    await orRefuse(call.services.store.saveUser(bounded), refuseGoneUser(user.name))
    return DONE
  },
})
