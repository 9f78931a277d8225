import { ServiceError } from '../../errors.ts'
import type { QueryParameters } from './parse-parameters.ts'

/**
 * Refuses a request with a parameter that AWS has and nothing here reads. To ignore it would be to
 * answer another question than was asked, with nothing to show for it.
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
