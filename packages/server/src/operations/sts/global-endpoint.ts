import { ServiceError } from '../../errors.ts'
import type { Call } from '../operation.ts'

/**
 * Refuses what AWS does at the regional endpoints alone. Whether it looks at the endpoint before or
 * after the input is UNVERIFIED (aws-wire §1.4).
 * @throws ServiceError `InvalidAction`
 */
export function refuseGlobalEndpoint({ isGlobalEndpoint }: Pick<Call, 'isGlobalEndpoint'>): void {
  if (isGlobalEndpoint) {
    throw new ServiceError('InvalidAction', 'Operation not supported on STS global endpoint')
  }
}
