import { ServiceError } from '../../errors.ts'
import { parseDateMs } from '../../policy/conditions/date.ts'
import { parseIpAddress } from '../../policy/conditions/ip.ts'
import { parseDecimal } from '../../policy/conditions/numeric.ts'
import type { ContextValue, RequestContext } from '../../policy/decision.ts'
import { listResourceKeys } from '../../policy/request-keys.ts'
import type { Infer } from '../../shapes/shape.ts'
import type { SimulatedCaller } from './simulated-caller.ts'
import type { simulationInput } from './simulation-shapes.ts'

/** The condition keys of simulated requests. */
export interface SimulatedContext {
  /** Those of a request for a resource: whose it is follows from its ARN. */
  readonly contextOf: (resource: string) => RequestContext
  /** Keys, in lower case, that the request to simulate gives itself. */
  readonly givenKeys: ReadonlySet<string>
}

type ContextEntries = Infer<(typeof simulationInput)['contextEntries']['shape']>

/**
 * The context of a simulation: what is known of the simulated principal, and what the request gives,
 * which counts more. The texts are those that IAM was seen to give.
 * @throws ServiceError `InvalidInput`
 */
export function createSimulatedContext(
  { account, known }: SimulatedCaller,
  entries: ContextEntries = [],
): SimulatedContext {
  const given = new Map<string, ContextValue>()
  for (const entry of entries) {
    const { contextKeyName: name, contextKeyType: type, contextKeyValues: values = [] } = entry
    if (name === undefined && type === undefined && values.length === 0) continue
    if (name === undefined) throw invalid('ContextKeyName cannot be null or empty.')
    if (values.length === 0) {
      throw invalid(`Context values for context key ${name} cannot be null or empty.`)
    }
    if (type === undefined) throw invalid(`Context key ${name} has invalid type null.`)
    const key = name.toLowerCase()
    if (given.has(key)) throw invalid(`Duplicate context key: ${name}.`)
    given.set(key, readValue(name, type, values))
  }
  const contextOf = (resource: string): RequestContext => {
    const pairs = [...known, ...listResourceKeys(resource, [account]), ...given]
    return new Map(pairs.map(([name, value]) => [name.toLowerCase(), value]))
  }
  return { contextOf, givenKeys: new Set(given.keys()) }
}

function readValue(name: string, type: string, values: readonly string[]): ContextValue {
  const isList = type.endsWith('List')
  const [first = '', ...more] = values
  if (!isList && more.length > 0) {
    throw invalid(`Context key ${type} expected a single value, but received ${values.length}.`)
  }
  const format = FORMATS.get(isList ? type.slice(0, -'List'.length) : type)
  if (format !== undefined && !values.every(format.isReadable)) {
    throw invalid(`Invalid context value for key ${name}: expected ${format.expected}.`)
  }
  return isList ? values : first
}

/** The types whose values IAM reads; texts are free, and so are booleans, as it was seen. */
const FORMATS: ReadonlyMap<
  string,
  { readonly expected: string; readonly isReadable: (text: string) => boolean }
> = new Map([
  ['numeric', { expected: 'numeric format', isReadable: text => parseDecimal(text) !== null }],
  ['date', { expected: 'DateTime format', isReadable: text => parseDateMs(text) !== null }],
  ['ip', { expected: 'IP address', isReadable: text => parseIpAddress(text) !== null }],
  ['binary', { expected: 'base-64 encoded binary format', isReadable: isBase64 }],
])

function isBase64(text: string): boolean {
  return /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text)
}

function invalid(message: string): ServiceError {
  return new ServiceError('InvalidInput', message)
}
