import type { WireRequest } from '../wire/message.ts'
import {
  parseParameters,
  type QueryParameters,
  readParameterText,
} from '../wire/query/parse-parameters.ts'
import { findHeader, indexHeaders } from '../wire/sigv4/canonical-headers.ts'
import { parseTarget } from '../wire/sigv4/parse-target.ts'
import { redirectToDocumentation } from './route.ts'

const FORM = 'application/x-www-form-urlencoded'
const ROUTE_PARAMETERS = new Set(['Action', 'Version'])

/** A request as far as it is read before its operation is known. */
export interface Incoming {
  readonly request: WireRequest
  /** The path of the target as received. */
  readonly path: string
  /** The query of the target as received, without `?`. */
  readonly rawQuery: string
  /** Null when the request names none. */
  readonly action: string | null
  /** Null when the request names none. */
  readonly version: string | null
  /** The parameters with one of these names up to the first dot. @throws ServiceError */
  readonly readParameters: (names: ReadonlySet<string>) => QueryParameters
  readonly userAgent: string
  /** The host that the client called, in lower case and without a port. */
  readonly host: string
}

/**
 * Step 1 of the pipeline: where the parameters are, and which action they name. The query of a GET
 * carries them, or the form of a POST (aws-wire §1.5).
 *
 * @throws BareRefusal 400 for a malformed target (§7.3 row 1), 302 for another method (row 2) or a
 * POST that is no form (row 3); ServiceError `MalformedQueryString` (row 4)
 */
export function readIncoming(request: WireRequest): Incoming {
  const { rawQuery } = parseTarget(request.target)
  const [path = ''] = request.target.split('?', 1)
  const headers = indexHeaders(request.rawHeaders)
  const isForm = request.method === 'POST' && isFormType(findHeader(headers, 'content-type') ?? '')
  if (request.method !== 'GET' && !isForm) throw redirectToDocumentation('')
  const text = readParameterText(isForm ? request.body : rawQuery)
  const parameters = parseParameters(text, ROUTE_PARAMETERS)
  return {
    request,
    path,
    rawQuery,
    action: parameters.get('Action') ?? null,
    version: parameters.get('Version') ?? null,
    readParameters: names => parseParameters(text, names),
    userAgent: findHeader(headers, 'user-agent') ?? '',
    host: (findHeader(headers, 'host') ?? '').toLowerCase().replace(/:\d+$/, ''),
  }
}

// A charset or another parameter may follow; the form is UTF-8 whatever it says.
function isFormType(contentType: string): boolean {
  const [type = ''] = contentType.split(';', 1)
  return type.trim().toLowerCase() === FORM
}
