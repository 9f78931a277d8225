import { isAwsManagedPolicyArn } from '../../catalogue/aws-managed-policies.ts'
import type { ManagedPolicy } from '../../principals/entities.ts'
import type { Infer } from '../../shapes/shape.ts'
import type { Page, PageRequest } from '../../store/ports.ts'
import type { Call } from '../operation.ts'
import {
  type groupDetail,
  type managedPolicyDetail,
  type roleDetail,
  toGroupDetail,
  toPolicyDetail,
  toRoleDetail,
  toUserDetail,
  type userDetail,
} from './authorization-details.ts'
import { cutPage } from './page.ts'

/** The lists of the answer while they are filled. */
export interface DetailLists {
  readonly userDetailList: Infer<typeof userDetail>[]
  readonly groupDetailList: Infer<typeof groupDetail>[]
  readonly roleDetailList: Infer<typeof roleDetail>[]
  readonly policies: Infer<typeof managedPolicyDetail>[]
}

/** Entities of one type that were found, without their details. */
interface FoundEntities {
  readonly count: number
  readonly nextMarker: string | null
  readonly addDetails: (lists: DetailLists) => Promise<void>
}

/** One type of entity. */
export interface DetailSection {
  /** As the filter names it. */
  readonly type: string
  /** @throws StoreError `missing`, ServiceError `ValidationError` when the marker is not one of this section */
  readonly find: (call: Call, page: PageRequest) => Promise<FoundEntities>
}

/** The sections in the order in which they are shown. */
export const DETAIL_SECTIONS: readonly DetailSection[] = [
  createSection(
    'User',
    ({ caller, services }, page) => services.store.listUsers(caller.account.id, page),
    async (call, user, lists) => {
      lists.userDetailList.push(await toUserDetail(call, user))
    },
  ),
  createSection(
    'Role',
    ({ caller, services }, page) => services.store.listRoles(caller.account.id, page),
    async (call, role, lists) => {
      lists.roleDetailList.push(await toRoleDetail(call, role))
    },
  ),
  createSection(
    'Group',
    ({ caller, services }, page) => services.store.listGroups(caller.account.id, page),
    async (call, group, lists) => {
      lists.groupDetailList.push(await toGroupDetail(call, group))
    },
  ),
  createSection(
    'LocalManagedPolicy',
    ({ caller, services }, page) => services.store.listManagedPolicies(caller.account.id, page),
    pushPolicy,
  ),
  createSection('AWSManagedPolicy', listAwsPoliciesInUse, pushPolicy),
]

function createSection<Entity>(
  type: string,
  list: (call: Call, page: PageRequest & { readonly pathPrefix: string }) => Promise<Page<Entity>>,
  push: (call: Call, entity: Entity, lists: DetailLists) => Promise<void>,
): DetailSection {
  return {
    type,
    find: async (call, page) => {
      const { items, nextMarker } = await list(call, { ...page, pathPrefix: '/' })
      return {
        count: items.length,
        nextMarker,
        addDetails: async lists => {
          for (const entity of items) await push(call, entity, lists)
        },
      }
    },
  }
}

async function pushPolicy(call: Call, policy: ManagedPolicy, lists: DetailLists): Promise<void> {
  lists.policies.push(await toPolicyDetail(call, policy))
}

/** Of AWS's own policies IAM shows those that somebody has. */
async function listAwsPoliciesInUse(
  { caller: { account }, services: { store } }: Call,
  page: PageRequest,
): Promise<Page<ManagedPolicy>> {
  const used: ManagedPolicy[] = []
  for (const { arn } of await store.countPolicyUses(account.id)) {
    const policy = isAwsManagedPolicyArn(arn)
      ? await store.findManagedPolicy(account.id, arn)
      : null
    if (policy !== null) used.push(policy)
  }
  return cutPage(used, page)
}
