import { findDefaultResource, listDefaultParameters } from '../operations/iam/default-request.ts'
import {
  findResourceFacts,
  listResourceFacts,
  type ResourceStore,
} from '../operations/iam/resource-facts.ts'
import { type SimulatedMoment, toSimulatedCaller } from '../operations/iam/simulated-caller.ts'
import type { ContextValue, RequestContext } from '../policy/decision.ts'
import type { Explanation } from '../policy/explain.ts'
import { listResourceKeys } from '../policy/request-keys.ts'
import { explainQuestion, isAboutTrust, type PolicyDirectory } from './explain-question.ts'
import type { FoundSubject } from './find-subject.ts'

/** What somebody might ask for. */
export interface Simulation {
  readonly who: FoundSubject
  readonly actions: readonly string[]
  /** `*` for what each action is about when its request names nothing. */
  readonly resource: string
  /** Condition keys of the request; they override what is known of the principal. */
  readonly given: ReadonlyMap<string, ContextValue>
  readonly moment: SimulatedMoment
}

/** The outcome of one action. */
export interface SimulatedAction {
  readonly action: string
  readonly resource: string
  /** The condition keys that the request would have. */
  readonly context: RequestContext
  /** Null when it is about a role that does not exist, which is refused. */
  readonly explanation: Explanation | null
}

/** Evaluates every action with the policies as they are, without asking a server. */
export async function simulateActions(
  directory: PolicyDirectory,
  store: ResourceStore,
  simulation: Simulation,
): Promise<readonly SimulatedAction[]> {
  const { who, actions } = simulation
  const results: SimulatedAction[] = []
  for (const action of actions) {
    const resource =
      simulation.resource === '*' ? findDefaultResource(action, who.subject) : simulation.resource
    const context = await createContext(directory, store, simulation, { action, resource })
    const request = { action, resource, context }
    const explanation = await explainQuestion(directory, who.subject, request)
    results.push({ ...request, explanation })
  }
  return results
}

async function createContext(
  directory: PolicyDirectory,
  store: ResourceStore,
  { who, given, moment }: Simulation,
  question: Pick<SimulatedAction, 'action' | 'resource'>,
): Promise<RequestContext> {
  const { subject, entity } = who
  const { action, resource } = question
  const role = isAboutTrust(question) ? await directory.findTrustingRole(resource) : null
  const owners = role === null ? [] : [role.account]
  const known = [
    ...toSimulatedCaller({ ...subject, principalTags: entity.tags }, moment).known,
    ...listResourceKeys(resource, [subject.account, ...owners]),
    ...listDefaultParameters(action),
    ...listResourceFacts(action, await findResourceFacts(store, resource)),
  ]
  const context = new Map<string, ContextValue>()
  for (const [key, value] of [...known, ...given]) context.set(key.toLowerCase(), value)
  return context
}
