import { ServiceError } from '../../errors.ts'

/** Refuses what goes beyond a quota, in IAM's words: `Cannot exceed quota for PoliciesPerRole: 10`. */
export function createQuotaError(quota: string, limit: number): ServiceError {
  return new ServiceError('LimitExceeded', `Cannot exceed quota for ${quota}: ${limit}`)
}
