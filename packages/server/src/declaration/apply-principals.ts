import { isDeepStrictEqual } from 'node:util'
import { setAttachedPolicies } from '../changes/attachments.ts'
import { changeGroup, createGroup, deleteGroupWithAll } from '../changes/groups.ts'
import { setInlinePolicies } from '../changes/inline-policies.ts'
import { requireGroup, requireRole, requireUser } from '../changes/lookups.ts'
import { setGroups } from '../changes/memberships.ts'
import type { PolicyHolder } from '../changes/policy-holder.ts'
import { changeRole, createRole, deleteRoleWithAll } from '../changes/roles.ts'
import { changeUser, createUser, deleteUserWithAll } from '../changes/users.ts'
import type { Account, Group, InlinePolicy, Role, User } from '../principals/entities.ts'
import { type ApplyTurn, type ChangeSteps, requireAccount, toTags } from './apply-turn.ts'
import type { DeclaredGroup, DeclaredRole, DeclaredUser } from './declaration.ts'
import type { ChangeOf } from './plan.ts'

/** What a new role trusts until all that its trust policy may name exist. */
const TRUSTS_NOBODY = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Deny', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' }],
})

/** Makes a user, or makes it as declared, with its policies and groups; or deletes it with everything. */
export function planUserSteps(
  { accountId, before, after }: ChangeOf<'user'>,
  turn: ApplyTurn,
): ChangeSteps {
  if (after === null) {
    return {
      leave: async () => {
        const account = await requireAccount(turn, accountId)
        await deleteUserWithAll(turn, account, before?.name ?? '')
      },
    }
  }
  const { name, path, permissionsBoundary: permissionsBoundaryArn } = after
  const options = { name, path, tags: toTags(after.tags), permissionsBoundaryArn }
  let user: User | null = null
  return {
    async make() {
      if (before === null) {
        user = await createUser(turn, await requireAccount(turn, accountId), options)
      }
    },
    async fill() {
      const account = await requireAccount(turn, accountId)
      if (user === null) {
        const found = await requireUser(turn.store, account.id, name)
        user = await changeUser(turn, account, found, options)
      }
      await setPolicies(turn, account, { kind: 'user', ...user }, { before, after })
      await setGroups(turn, account, user, after.groups, before?.groups ?? [])
    },
  }
}

/** Makes a group, or makes it as declared, with its policies; or deletes it with everything. */
export function planGroupSteps(
  { accountId, before, after }: ChangeOf<'group'>,
  turn: ApplyTurn,
): ChangeSteps {
  if (after === null) {
    return {
      // After the users have left it: they refer to it by its name.
      clear: async () => {
        const account = await requireAccount(turn, accountId)
        await deleteGroupWithAll(turn, account, before?.name ?? '')
      },
    }
  }
  let group: Group | null = null
  return {
    async make() {
      if (before === null) {
        group = await createGroup(turn, await requireAccount(turn, accountId), after)
      }
    },
    async fill() {
      const account = await requireAccount(turn, accountId)
      group ??= await changeGroup(turn, await requireGroup(turn.store, account.id, after.name), {
        name: after.name,
        path: after.path,
      })
      await setPolicies(turn, account, { kind: 'group', ...group }, { before, after })
    },
  }
}

/**
 * Makes a role, or makes it as declared, with its policies; or deletes it with everything. Its revoked
 * sessions stay revoked.
 */
export function planRoleSteps(
  { accountId, before, after }: ChangeOf<'role'>,
  turn: ApplyTurn,
): ChangeSteps {
  if (after === null) {
    return {
      leave: async () => {
        const account = await requireAccount(turn, accountId)
        await deleteRoleWithAll(turn, account, before?.name ?? '')
      },
    }
  }
  const { description, maxSessionSeconds, permissionsBoundary: permissionsBoundaryArn } = after
  const options = {
    description,
    maxSessionSeconds,
    tags: toTags(after.tags),
    permissionsBoundaryArn,
  }
  let role: Role | null = null
  return {
    async make() {
      if (before !== null) return
      const { name, path } = after
      const bare = { ...options, name, path, trustPolicy: TRUSTS_NOBODY }
      role = await createRole(turn, await requireAccount(turn, accountId), bare)
    },
    async fill() {
      const account = await requireAccount(turn, accountId)
      const present = role ?? (await requireRole(turn.store, account.id, after.name))
      // A trust policy that is declared unchanged keeps its pins: a principal that has taken one of
      // its names since then is not trusted.
      const isTrustKept = isDeepStrictEqual(before?.trustPolicy, after.trustPolicy)
      const trustPolicy = isTrustKept ? undefined : JSON.stringify(after.trustPolicy)
      await changeRole(turn, account, present, { ...options, trustPolicy })
      await setPolicies(turn, account, { kind: 'role', ...present }, { before, after })
    },
  }
}

type DeclaredHolder = DeclaredUser | DeclaredGroup | DeclaredRole

/** Inline policies and attachments exactly as declared. */
async function setPolicies(
  turn: ApplyTurn,
  account: Account,
  holder: PolicyHolder,
  { before, after }: { readonly before: DeclaredHolder | null; readonly after: DeclaredHolder },
): Promise<void> {
  await setInlinePolicies(turn, holder, listPolicies(after), listPolicies(before))
  const attached = before?.attachedPolicies ?? []
  await setAttachedPolicies(turn, account, holder, after.attachedPolicies, attached)
}

function listPolicies(declared: DeclaredHolder | null): readonly InlinePolicy[] {
  return Object.entries(declared?.policies ?? {}).map(([name, document]) => ({
    name,
    document: JSON.stringify(document),
  }))
}
