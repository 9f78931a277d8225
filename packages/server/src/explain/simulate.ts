import { toSimulatedCaller } from '../operations/iam/simulated-caller.ts'
import { listResourceTags } from '../operations/tag-context.ts'
import type { ContextValue, RequestContext } from '../policy/decision.ts'
import type { Explanation } from '../policy/explain.ts'
import { listResourceKeys } from '../policy/request-keys.ts'
import { explainQuestion, isAboutTrust, type PolicyDirectory } from './explain-question.ts'
import type { FoundSubject } from './find-subject.ts'

/** What somebody might ask for. */
export interface Simulation {
  readonly who: FoundSubject
  readonly actions: readonly string[]
  readonly resource: string
  /** Condition keys of the request; they count more than what is known of the principal. */
  readonly given: ReadonlyMap<string, ContextValue>
  readonly nowMs: number
}

/** What would come of one action. */
export interface SimulatedAction {
  readonly action: string
  /** Null when it is about a role that does not exist, which is refused. */
  readonly explanation: Explanation | null
}

/** Evaluates every action with the policies as they are, without asking a server. */
export async function simulateActions(
  directory: PolicyDirectory,
  simulation: Simulation,
): Promise<readonly SimulatedAction[]> {
  const { who, actions, resource } = simulation
  const results: SimulatedAction[] = []
  for (const action of actions) {
    const context = await createContext(directory, simulation, action)
    const request = { action, resource, context }
    results.push({ action, explanation: await explainQuestion(directory, who.subject, request) })
  }
  return results
}

async function createContext(
  directory: PolicyDirectory,
  { who, resource, given, nowMs }: Simulation,
  action: string,
): Promise<RequestContext> {
  const { subject, entity } = who
  const role = isAboutTrust({ action, resource })
    ? await directory.findTrustingRole(resource)
    : null
  const owners = role === null ? [] : [role.account]
  const known = [
    ...toSimulatedCaller({ ...subject, principalTags: entity.tags }, nowMs).known,
    ...listResourceKeys(resource, [subject.account, ...owners]),
    ...listResourceTags(role?.role.tags ?? []),
  ]
  const context = new Map<string, ContextValue>()
  for (const [key, value] of [...known, ...given]) context.set(key.toLowerCase(), value)
  return context
}
