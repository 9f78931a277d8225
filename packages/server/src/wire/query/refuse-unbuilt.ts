import { ServiceError } from '../../errors.ts'
import type { QueryParameters } from './parse-parameters.ts'

/**
 * Refuses a request that carries a parameter of AWS's that nothing here reads: an answer that looks
 * as if it had been heeded would say something else than was asked.
 *
 * @throws ServiceError `ValidationError`, with the parameter's name; code and text are ours
 */
export function refuseUnbuilt(
  parameters: QueryParameters,
  unbuilt: ReadonlyMap<string, string>,
): void {
  if (unbuilt.size === 0) return
  for (const name of parameters.keys()) {
    const [member = ''] = name.split('.', 1)
    const reason = unbuilt.get(member)
    if (reason !== undefined) {
      const text = `Parameter ${member} is not supported by this server: ${reason}.`
      throw new ServiceError('ValidationError', text)
    }
  }
}
