import { ServiceError } from '../errors.ts'
import { StoreError } from '../store/ports.ts'
import type { HolderKind } from './policy-holder.ts'

/** What is told for each reason of the store that can be the doing of whoever wants the change. */
export type StoreRefusals = Readonly<Partial<Record<StoreError['reason'], () => ServiceError>>>

/**
 * Waits for the store, which knows some rules itself: names that are taken, entities that are gone.
 * @throws ServiceError the one that `refusals` has for the reason of the store
 */
export async function orRefuse<Result>(
  working: Promise<Result>,
  refusals: StoreRefusals,
): Promise<Result> {
  try {
    return await working
  } catch (error) {
    const refusal = error instanceof StoreError ? refusals[error.reason] : undefined
    throw refusal === undefined ? error : refusal()
  }
}

/** There is no user, group or role of that name. */
export function noSuchEntity(kind: HolderKind, name: string): ServiceError {
  return new ServiceError('NoSuchEntity', `The ${kind} with name ${name} cannot be found.`)
}

/** The name of a user, group or role is taken. */
export function entityExists(kind: 'User' | 'Group' | 'Role', name: string): ServiceError {
  return new ServiceError('EntityAlreadyExists', `${kind} with name ${name} already exists.`)
}

/** There is no such policy, or it is not attached. */
export function noSuchPolicy(policyArn: string): ServiceError {
  return new ServiceError('NoSuchEntity', `Policy ${policyArn} was not found.`)
}

/** There is no such policy to be attached. */
export function notAttachable(policyArn: string): ServiceError {
  return new ServiceError(
    'NoSuchEntity',
    `Policy ${policyArn} does not exist or is not attachable.`,
  )
}

/**
 * Refuses to delete an entity that still has something. `demand` is AWS's: `must delete policies
 * first`.
 *
 * @throws ServiceError `DeleteConflict`
 */
export function refuseDeletionWhile(remaining: readonly unknown[], demand: string): void {
  if (remaining.length > 0) {
    throw new ServiceError('DeleteConflict', `Cannot delete entity, ${demand}.`)
  }
}
