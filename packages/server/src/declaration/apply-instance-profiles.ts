import {
  createInstanceProfile,
  deleteInstanceProfileWithAll,
  replaceInstanceProfile,
  requireInstanceProfile,
} from '../changes/instance-profiles.ts'
import { requireRole } from '../changes/lookups.ts'
import { type ApplyTurn, type ChangeSteps, requireAccount, toTags } from './apply-turn.ts'
import type { ChangeOf } from './plan.ts'

/** Makes an instance profile with its role, or makes it as declared, or deletes it. */
export function planInstanceProfileSteps(
  { accountId, before, after }: ChangeOf<'instance profile'>,
  turn: ApplyTurn,
): ChangeSteps {
  if (after === null) {
    return {
      clear: async () => {
        const account = await requireAccount(turn, accountId)
        await deleteInstanceProfileWithAll(turn, account, before?.name ?? '')
      },
    }
  }
  const { name, path, role: roleName } = after
  const tags = toTags(after.tags)
  return {
    // Its role is there when all roles are made.
    async fill() {
      const account = await requireAccount(turn, accountId)
      if (before === null) await createInstanceProfile(turn, account, { name, path, tags })
      const profile = await requireInstanceProfile(turn.store, account.id, name)
      const role = roleName === null ? null : await requireRole(turn.store, account.id, roleName)
      await replaceInstanceProfile(turn, profile, { tags, roleId: role?.id ?? null })
    },
  }
}
