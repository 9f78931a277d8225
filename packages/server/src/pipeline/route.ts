import { redirectToDocumentation, ServiceError } from '../errors.ts'
import { findApi, findApiOfPath } from '../operations/apis.ts'
import type { Operation } from '../operations/operation.ts'
import { findOperation } from '../operations/registry.ts'
import { quoteStart } from '../runtime/redaction.ts'

/** Longer than any name of an action or a version, so that an error message never repeats megabytes. */
const MAX_QUOTED_LENGTH = 1024

/** The parts of a request that decide its operation. */
export interface RouteKey {
  readonly path: string
  /** The query as received, without `?`; kept in the redirect of a GET. */
  readonly rawQuery: string
  readonly action: string | null
  readonly version: string | null
}

/**
 * Step 2 of the pipeline: action + version → operation. A path that ends in the name of
 * an API (`/sts`, `/iam/`) serves that API alone; any other path serves all.
 * @throws BareRefusal 302 when there is no action; ServiceError `InvalidAction` when it is unknown
 */
export function route({ path, rawQuery, action, version }: RouteKey): Operation {
  if (action === null) throw redirectToDocumentation(rawQuery)
  const api = findApi(version)
  const operation = api === null ? null : findOperation(api, action)
  const onlyApi = findApiOfPath(path)
  if (operation === null || (onlyApi !== null && onlyApi !== operation.api)) {
    throw new ServiceError(
      'InvalidAction',
      `Could not find operation ${quoteStart(action, MAX_QUOTED_LENGTH)} for version ${quoteStart(version ?? 'NO_VERSION_SPECIFIED', MAX_QUOTED_LENGTH)}`,
    )
  }
  return operation
}
