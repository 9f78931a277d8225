import { ServiceError } from '../errors.ts'
import { StoreError } from '../store/ports.ts'
import { planAccountSteps, planControlPolicySteps } from './apply-accounts.ts'
import { planInstanceProfileSteps } from './apply-instance-profiles.ts'
import { planGroupSteps, planRoleSteps, planUserSteps } from './apply-principals.ts'
import { planManagedPolicySteps, planOidcProviderSteps } from './apply-resources.ts'
import type { ApplyTurn, ChangeSteps } from './apply-turn.ts'
import { type Change, nameChange } from './plan.ts'

/**
 * In this order, since roles may trust each other, and nothing can be deleted that is still in use.
 */
const STEPS = ['make', 'leave', 'fill', 'clear'] as const satisfies readonly (keyof ChangeSteps)[]

/** Makes planned changes. @throws ServiceError, StoreError: with the change that is refused */
export async function applyChanges(changes: readonly Change[], turn: ApplyTurn): Promise<void> {
  const planned = changes.map(change => ({ change, steps: planSteps(change, turn) }))
  for (const name of STEPS) {
    for (const { change, steps } of planned) {
      try {
        await steps[name]?.()
      } catch (error) {
        throw toChangeError(error, change)
      }
    }
  }
}

function planSteps(change: Change, turn: ApplyTurn): ChangeSteps {
  switch (change.kind) {
    case 'account':
      return planAccountSteps(change, turn)
    case 'managed policy':
      return planManagedPolicySteps(change, turn)
    case 'group':
      return planGroupSteps(change, turn)
    case 'user':
      return planUserSteps(change, turn)
    case 'role':
      return planRoleSteps(change, turn)
    case 'instance profile':
      return planInstanceProfileSteps(change, turn)
    case 'OIDC provider':
      return planOidcProviderSteps(change, turn)
    case 'control policy':
      return planControlPolicySteps(change, turn)
  }
}

/** A refusal says what it refuses; among thousands of changes nobody could tell. */
function toChangeError(error: unknown, change: Change): unknown {
  if (error instanceof ServiceError) {
    return new ServiceError(error.code, `${nameChange(change)}: ${error.message}`, { cause: error })
  }
  if (error instanceof StoreError) {
    return new StoreError(error.reason, `${nameChange(change)}: ${error.message}`)
  }
  return error
}
