import { ServiceError } from '../../errors.ts'
import { structure } from '../../shapes/shape.ts'
import { IAM } from '../apis.ts'
import { defineOperation } from '../operation.ts'
import { describeInput } from './describe-input.ts'
import { findMembership, membershipInput } from './group-membership.ts'
import { permitOnPrincipal } from './iam-principal.ts'
import { DONE } from './outcome.ts'
import { orRefuse } from './store-refusal.ts'

/** Takes a user out of a group (AWS IAM API Reference: RemoveUserFromGroup). */
export const removeUserFromGroup = defineOperation({
  api: IAM,
  name: 'RemoveUserFromGroup',
  input: structure('RemoveUserFromGroupRequest', membershipInput),
  output: null,
  authentication: 'signature',
  readOnly: false,
  effect: 'changes',
  rateClass: 'iam-write',
  requestParameters: describeInput,
  checkInput: null,
  checkCaller: null,
  permissions: (input, call) =>
    permitOnPrincipal(call, 'iam:RemoveUserFromGroup', 'group', input.groupName),
  run: async (input, call) => {
    const { group, user } = await findMembership(input, call)
    await orRefuse(call.services.store.removeGroupMember(user.accountId, group.id, user.id), {
      // The text is UNVERIFIED.
      missing: () =>
        new ServiceError(
          'NoSuchEntity',
          `The user with name ${user.name} is not in the group with name ${group.name}.`,
        ),
    })
    return DONE
  },
})
