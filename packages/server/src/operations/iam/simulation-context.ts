import { ServiceError } from '../../errors.ts'
import { parseDateMs } from '../../policy/conditions/date.ts'
import { parseIpAddress } from '../../policy/conditions/ip.ts'
import { parseDecimal } from '../../policy/conditions/numeric.ts'
import type { ContextValue, RequestContext } from '../../policy/decision.ts'
import { listResourceKeys } from '../../policy/request-keys.ts'
import type { Infer } from '../../shapes/shape.ts'
import { findDefaultResource, listDefaultParameters } from './default-request.ts'
import { listResourceFacts, type ResourceFacts } from './resource-facts.ts'
import type { SimulatedCaller } from './simulated-caller.ts'
import type { simulationInput } from './simulation-shapes.ts'

/** The condition keys of simulated requests. */
export interface SimulatedContext {
  readonly contextOf: (question: SimulatedQuestion) => RequestContext
  /** What a request for an action is about that names no resource. */
  readonly defaultResourceOf: (action: string) => string
  /** Keys, in lower case, that the request to simulate gives itself. */
  readonly givenKeys: ReadonlySet<string>
}

/** What a simulated request asks for. */
export interface SimulatedQuestion {
  readonly action: string
  /** Whose it is follows from its ARN. */
  readonly resource: string
  readonly facts: ResourceFacts
}

type ContextEntries = Infer<(typeof simulationInput)['contextEntries']['shape']>

/**
 * The context of a simulation: what is known of the simulated principal, and what the request
 * gives, which takes precedence. The texts are those that IAM was seen to give.
 * @throws ServiceError `InvalidInput`
 */
export function createSimulatedContext(
  { account, principal, known }: SimulatedCaller,
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
  const contextOf = ({ action, resource, facts }: SimulatedQuestion): RequestContext => {
    const ofAction = [...listDefaultParameters(action), ...listResourceFacts(action, facts)]
    const pairs = [...known, ...listResourceKeys(resource, [account]), ...ofAction, ...given]
    return new Map(pairs.map(([name, value]) => [name.toLowerCase(), value]))
  }
  const defaultResourceOf = (action: string): string =>
    principal === null ? '*' : findDefaultResource(action, principal)
  return { contextOf, defaultResourceOf, givenKeys: new Set(given.keys()) }
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

/** The types whose values IAM was seen to read. Texts and booleans may have any value. */
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
