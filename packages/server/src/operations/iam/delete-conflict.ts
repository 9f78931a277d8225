import { ServiceError } from '../../errors.ts'

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
