import type { KeyPlace } from '../../store/ports.ts'

/**
 * What a private key is sealed for. A sealed key that is moved to another account or place does not
 * open.
 */
export function formatKeyRecordId({ accountId, algorithm, generation }: KeyPlace): string {
  return `${accountId}/${algorithm}/${generation}`
}
