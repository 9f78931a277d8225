import { setAccountAlias } from '../changes/account-aliases.ts'
import { createAccount, placeAccount } from '../changes/accounts.ts'
import { deleteControlPolicy, putControlPolicy } from '../changes/control-policies.ts'
import { disableFederation, enableFederation } from '../changes/federation.ts'
import { parseAccountId } from '../principals/identifiers.ts'
import { parseOrganizationPlacement } from '../principals/organization.ts'
import { type ApplyTurn, type ChangeSteps, requireAccount } from './apply-turn.ts'
import type { DeclaredAccount } from './declaration.ts'
import type { ChangeOf } from './plan.ts'

/**
 * Makes an account, or moves it to its place in the organization, and sets its alias and
 * federation. Accounts are never deleted.
 */
export function planAccountSteps(
  { before, after }: ChangeOf<'account'>,
  turn: ApplyTurn,
): ChangeSteps {
  if (after === null) return {}
  return {
    async make() {
      const organization =
        after.organization === null
          ? null
          : parseOrganizationPlacement(after.organization, after.isManagementAccount)
      const { name, partition } = after
      const id = parseAccountId(after.id)
      const account =
        before === null
          ? await createAccount(turn, { id, name, partition, organization })
          : await placeAccount(turn, await requireAccount(turn, id), organization)
      turn.accounts.set(id, account)
      if (after.alias !== null) await setAccountAlias(turn, account, after.alias)
      await switchFederation(before?.federation ?? null, after, turn)
    },
  }
}

async function switchFederation(
  before: DeclaredAccount['federation'],
  { id: text, federation: after }: DeclaredAccount,
  turn: ApplyTurn,
): Promise<void> {
  const id = parseAccountId(text)
  if (after === 'enabled' && before !== 'enabled') {
    await enableFederation(turn, id, turn.firstFederations.get(id) ?? null)
  }
  if (after === 'disabled' && before === 'enabled') await disableFederation(turn, id)
}

/** Attaches a control policy, or takes it away. */
export function planControlPolicySteps(
  { organizationId, before, after }: ChangeOf<'control policy'>,
  turn: ApplyTurn,
): ChangeSteps {
  if (after !== null) {
    const { target: targetId, kind, name } = after
    const document = JSON.stringify(after.document)
    const policy = { organizationId, targetId, kind, name, document }
    return { fill: () => putControlPolicy(turn, policy) }
  }
  if (before === null) return {}
  const { target: targetId, kind, name } = before
  return { clear: () => deleteControlPolicy(turn, { organizationId, targetId, kind, name }) }
}
