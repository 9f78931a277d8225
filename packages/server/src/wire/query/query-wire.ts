import type { Wire } from '../wire.ts'
import { formatErrorXml } from './format-error-xml.ts'
import { formatXml } from './format-xml.ts'
import { parseParameters, readParameterText } from './parse-parameters.ts'
import { readInput } from './read-input.ts'

const ROUTE_PARAMETERS = new Set(['Action', 'Version'])

/**
 * AWS's Query protocol: parameters in the query of a GET or the form of a POST, answers in XML
 * (aws-wire §1.5).
 */
export const QUERY_WIRE: Wire = {
  requestType: 'application/x-www-form-urlencoded',
  answerType: 'text/xml',

  read({ method, rawQuery, body }) {
    const text = readParameterText(method === 'GET' ? rawQuery : body)
    const parameters = parseParameters(text, ROUTE_PARAMETERS)
    return {
      action: parameters.get('Action') ?? null,
      version: parameters.get('Version') ?? null,
      readInput: (shape, names) => readInput(shape, parseParameters(text, names)),
    }
  },

  formatOutput: (envelope, shape, output) => formatXml(envelope, shape, output),

  formatError: ({ xmlNamespace, requestId }, refusal) =>
    formatErrorXml(refusal, xmlNamespace, requestId),
}
