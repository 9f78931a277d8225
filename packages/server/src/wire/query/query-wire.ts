import type { Wire } from '../wire.ts'
import { formatErrorJson } from './format-error-json.ts'
import { formatErrorXml } from './format-error-xml.ts'
import { formatJson } from './format-json.ts'
import { formatXml } from './format-xml.ts'
import { parseParameters, readParameterText } from './parse-parameters.ts'
import { readInput } from './read-input.ts'
import { refuseUnbuilt } from './refuse-unbuilt.ts'

const ROUTE_PARAMETERS = new Set(['Action', 'Version'])

/**
 * Reads parameters from the query of a GET or the form of a POST. The format of the answer makes no
 * difference.
 */
const QUERY: Pick<Wire, 'requestType' | 'read'> = {
  requestType: 'application/x-www-form-urlencoded',

  read({ method, rawQuery, body }) {
    const text = readParameterText(method === 'GET' ? rawQuery : body)
    const parameters = parseParameters(text, ROUTE_PARAMETERS)
    return {
      action: parameters.get('Action') ?? null,
      version: parameters.get('Version') ?? null,
      readInput(shape, { wanted, unbuilt, quotesValues }) {
        const inputParameters = parseParameters(text, wanted)
        refuseUnbuilt(inputParameters, unbuilt)
        return readInput(shape, inputParameters, quotesValues)
      },
    }
  },
}

/** AWS's Query protocol, answers in XML (aws-wire §1.5). */
export const QUERY_XML_WIRE: Wire = {
  ...QUERY,
  responseTypes: ['text/xml', 'application/xml'],

  formatOutput: (envelope, shape, output) => formatXml(envelope, shape, output),

  formatError: ({ xmlNamespace, requestId }, refusal) =>
    formatErrorXml(refusal, xmlNamespace, requestId),
}

/** AWS's Query protocol, answers in JSON (aws-wire-news §7). */
export const QUERY_JSON_WIRE: Wire = {
  ...QUERY,
  responseTypes: ['application/json'],

  formatOutput: (envelope, shape, output) => formatJson(envelope, shape, output),

  formatError: ({ requestId }, refusal) => formatErrorJson(refusal, requestId),
}
