import { structure } from '../../shapes/shape.ts'
import { IAM } from '../apis.ts'
import { defineOperation } from '../operation.ts'
import { describeInput } from './describe-input.ts'
import { findMembership, membershipInput } from './group-membership.ts'
import { permitOnPrincipal } from './iam-principal.ts'
import { refuseGoneUser } from './iam-user.ts'
import { DONE } from './outcome.ts'
import { createQuotaError } from './quota.ts'
import { orRefuse } from './store-refusal.ts'

/** Groups that one user may be in (AWS IAM User Guide: quotas). */
export const MAX_GROUPS_PER_USER = 10

/** Puts a user into a group; who is in it already stays (AWS IAM API Reference: AddUserToGroup). */
export const addUserToGroup = defineOperation({
  api: IAM,
  name: 'AddUserToGroup',
  input: structure('AddUserToGroupRequest', membershipInput),
  output: null,
  authentication: 'signature',
  readOnly: false,
  effect: 'changes',
  rateClass: 'iam-write',
  requestParameters: describeInput,
  checkInput: null,
  checkCaller: null,
  permissions: (input, call) =>
    permitOnPrincipal(call, 'iam:AddUserToGroup', 'group', input.groupName),
  run: async (input, call) => {
    const { store } = call.services
    const { group, user } = await findMembership(input, call)
    const groups = await store.listGroupsOfUser(user.accountId, user.id)
    if (groups.some(({ id }) => id === group.id)) return DONE
    if (groups.length >= MAX_GROUPS_PER_USER)
      throw createQuotaError('GroupsPerUser', MAX_GROUPS_PER_USER)
    await orRefuse(
      store.addGroupMember(user.accountId, group.id, user.id),
      refuseGoneUser(user.name),
    )
    return DONE
  },
})
