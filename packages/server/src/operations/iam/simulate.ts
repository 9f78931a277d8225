import { ServiceError } from '../../errors.ts'
import type { PolicyLayer, RequestContext } from '../../policy/decision.ts'
import { type Explanation, explainRequest } from '../../policy/explain.ts'
import { parseArn } from '../../principals/arn.ts'
import type { Infer } from '../../shapes/shape.ts'
import type { Page } from '../../store/ports.ts'
import { listDistinct, listMatchedStatements } from './matched-statements.ts'
import { listMissingKeys } from './missing-context.ts'
import { cutPage, type PageInput, toPageOutput, toPageRequest } from './page.ts'
import type { ResourceFacts } from './resource-facts.ts'
import { findResourceTemplate } from './resource-template.ts'
import type { SimulatedPolicies } from './simulated-policies.ts'
import type { SimulatedContext } from './simulation-context.ts'
import type {
  evaluationResult,
  resourceSpecificResult,
  simulationOutput,
} from './simulation-shapes.ts'

/** What is simulated: every action on every resource. */
export interface Simulation {
  readonly policies: SimulatedPolicies
  readonly context: SimulatedContext
  readonly actionNames: readonly string[]
  /** Empty to ask about `*`, which stands for the default resource of each action. */
  readonly resourceArns: readonly string[]
  readonly findFacts: (resource: string) => Promise<ResourceFacts>
}

/** Statements times resources times actions that one answer may ask for: bounds its time. */
const MAX_QUESTIONS = 100_000

/**
 * Answers a page of a simulation: a result for each action, and in it one for each resource. Which
 * members a result has follows the observed behaviour of IAM's simulator.
 * @throws ServiceError `InvalidInput`
 */
export async function simulate(
  simulation: Simulation,
  page: PageInput,
): Promise<Infer<typeof simulationOutput>> {
  const { policies, context, actionNames, resourceArns } = simulation
  for (const action of actionNames) {
    if (!action.includes(':')) throw invalid('The action is invalid since it is missing names')
  }
  for (const arn of resourceArns) {
    if (arn !== '*' && parseArn(arn) === null) {
      throw invalid(`ResourceNames are not in a valid ARN format: ${arn}.`)
    }
  }
  const actions = cutActions(simulation, page)
  const missingKeys = listMissingKeys(policies, context.givenKeys)
  const evaluationResults: Infer<typeof evaluationResult>[] = []
  for (const action of actions.items) {
    const asked = await toAskedResources(simulation, action)
    evaluationResults.push(evaluateAction(simulation, action, asked, missingKeys))
  }
  return { evaluationResults, ...toPageOutput(actions) }
}

/** What an action is asked about. The answer says `*` even where a default stands for it. */
function toAskedResources(
  { context, resourceArns, findFacts }: Simulation,
  action: string,
): Promise<readonly AskedResource[]> {
  return Promise.all(
    (resourceArns.length === 0 ? ['*'] : resourceArns).map(async name => {
      const resource = name === '*' ? context.defaultResourceOf(action) : name
      const facts = await findFacts(resource)
      return { name, resource, context: context.contextOf({ action, resource, facts }) }
    }),
  )
}

/**
 * Refuses what only speaks of policies on resources: Credence has none but the trust policies of roles,
 * and an answer that left them out would be wrong.
 * @throws ServiceError `InvalidInput`
 */
export function refuseResourcePolicy(input: {
  readonly resourcePolicy?: string | undefined
  readonly resourceOwner?: string | undefined
}): void {
  if (input.resourcePolicy !== undefined || input.resourceOwner !== undefined) {
    throw invalid('ResourcePolicy and ResourceOwner are not supported by this service.')
  }
}

function cutActions(
  { policies, actionNames, resourceArns }: Simulation,
  page: PageInput,
): Page<string> {
  const questions = countStatements(policies) * Math.max(1, resourceArns.length)
  const actionsAtOnce = Math.floor(MAX_QUESTIONS / Math.max(1, questions))
  if (actionsAtOnce === 0) {
    throw invalid('The simulation is too large: give fewer policies or fewer resources.')
  }
  const request = toPageRequest(page)
  const maxItems = Math.min(request.maxItems, actionsAtOnce)
  return cutPage(actionNames, { ...request, maxItems }, () =>
    invalid('Invalid marker for pagination.'),
  )
}

function countStatements({ identity, boundary, organization }: SimulatedPolicies): number {
  const { serviceControl = [], resourceControl = [] } = organization ?? {}
  const bounds = boundary === null ? [] : [boundary]
  return [...identity, ...bounds, ...serviceControl.flat(), ...resourceControl.flat()].reduce(
    (sum, { policy }) => sum + policy.statements.length,
    0,
  )
}

function evaluateAction(
  { policies, resourceArns }: Simulation,
  action: string,
  asked: readonly AskedResource[],
  missingKeys: readonly string[],
): Infer<typeof evaluationResult> {
  const isOnResources = resourceArns.length > 0
  const findings = asked.map(each => evaluateResource(policies, action, each, missingKeys))
  const results = findings.map(({ result }) => result)
  const missing = results.flatMap(result => result.missingContextValues ?? [])
  const allowedByOrganizations = findings.every(finding => finding.isAllowedByOrganization)
  const allowedByPermissionsBoundary = findings.every(finding => finding.isAllowedByBoundary)
  return {
    evalActionName: action,
    evalResourceName:
      asked.length === 1 ? asked[0]?.name : findResourceTemplate(asked.map(({ name }) => name)),
    evalDecision: summarize(results.map(result => result.evalResourceDecision)),
    matchedStatements: listDistinct(results.flatMap(result => result.matchedStatements ?? [])),
    missingContextValues: [...new Set(missing)],
    organizationsDecisionDetail:
      policies.organization === null ? undefined : { allowedByOrganizations },
    permissionsBoundaryDecisionDetail:
      policies.boundary === null ? undefined : { allowedByPermissionsBoundary },
    evalDecisionDetails: isOnResources ? new Map() : undefined,
    resourceSpecificResults: isOnResources ? results : undefined,
  }
}

/** A resource that is asked about, with the condition keys of requests for it. */
interface AskedResource {
  readonly name: string
  readonly resource: string
  readonly context: RequestContext
}

interface Finding {
  readonly result: Infer<typeof resourceSpecificResult>
  readonly isAllowedByOrganization: boolean
  readonly isAllowedByBoundary: boolean
}

function evaluateResource(
  policies: SimulatedPolicies,
  action: string,
  { name, resource, context }: AskedResource,
  missingKeys: readonly string[],
): Finding {
  const { identity, boundary, organization } = policies
  const explanation = explainRequest(
    { action, resource, context },
    {
      identity,
      boundary,
      session: null,
      scopeDown: [],
      serviceControl: organization?.serviceControl ?? [],
      resourceControl: organization?.resourceControl ?? [],
      isAccountRoot: false,
    },
  )
  const isAllowedByOrganization = isAllowedByAll(explanation, ORGANIZATION_LAYERS)
  const allowedByPermissionsBoundary = isAllowedByAll(explanation, ['permissions boundary'])
  const decision = nameDecision(explanation)
  // When the organization refuses, the answer tells nothing else.
  const matched = isAllowedByOrganization ? listMatchedStatements(policies, explanation) : []
  const isMissing = isAllowedByOrganization && decision === 'implicitDeny'
  return {
    result: {
      evalResourceName: name,
      evalResourceDecision: decision,
      matchedStatements: matched.length === 0 ? undefined : matched,
      missingContextValues: isMissing && missingKeys.length > 0 ? missingKeys : undefined,
      permissionsBoundaryDecisionDetail:
        boundary === null ? undefined : { allowedByPermissionsBoundary },
    },
    isAllowedByOrganization,
    isAllowedByBoundary: allowedByPermissionsBoundary,
  }
}

const ORGANIZATION_LAYERS: readonly PolicyLayer[] = [
  'service control policy',
  'resource control policy',
]

function isAllowedByAll({ layers }: Explanation, names: readonly PolicyLayer[]): boolean {
  const named = layers.filter(({ layer }) => names.includes(layer))
  return named.every(({ outcome }) => outcome === 'allows')
}

type DecisionName = 'allowed' | 'explicitDeny' | 'implicitDeny'

function nameDecision({ decision }: Explanation): DecisionName {
  if (decision.effect === 'allow') return 'allowed'
  return decision.kind === 'explicit' ? 'explicitDeny' : 'implicitDeny'
}

function summarize(decisions: readonly string[]): DecisionName {
  if (decisions.includes('explicitDeny')) return 'explicitDeny'
  return decisions.includes('implicitDeny') ? 'implicitDeny' : 'allowed'
}

function invalid(message: string): ServiceError {
  return new ServiceError('InvalidInput', message)
}
