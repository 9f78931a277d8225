import { requireGroup, requireUser } from '../../changes/lookups.ts'
import type { Turn } from '../../changes/turn.ts'
import type { Group, User } from '../../principals/entities.ts'
import { type Infer, required, structure } from '../../shapes/shape.ts'
import type { Call, Outcome } from '../operation.ts'
import { existingUserName, groupName } from './iam-shapes.ts'
import { inTurn } from './in-turn.ts'
import { DONE } from './outcome.ts'

/** Members of the input of operations that change who is in a group. */
export const membershipInput = {
  groupName: required(groupName),
  userName: required(existingUserName),
} as const

const membership = structure('Membership', membershipInput)

/** Changes whether the user that an input names is in the group. @throws ServiceError `NoSuchEntity` */
export async function changeMembership(
  call: Call,
  { groupName: group, userName: user }: Infer<typeof membership>,
  change: (turn: Turn, group: Group, user: User) => Promise<void>,
): Promise<Outcome<null>> {
  const { account } = call.caller
  await inTurn(call, async turn => {
    const { store } = turn
    await change(
      turn,
      await requireGroup(store, account.id, group),
      await requireUser(store, account.id, user),
    )
  })
  return DONE
}
