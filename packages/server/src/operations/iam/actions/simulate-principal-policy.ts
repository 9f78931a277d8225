import { parseArn } from '../../../principals/arn.ts'
import { type Infer, optional, required, structure } from '../../../shapes/shape.ts'
import type { Call } from '../../operation.ts'
import { defineIamOperation } from '../define-iam-operation.ts'
import { arn } from '../iam-shapes.ts'
import { answer } from '../outcome.ts'
import { findResourceFacts, NO_FACTS, type ResourceFacts } from '../resource-facts.ts'
import { refuseResourcePolicy, simulate } from '../simulate.ts'
import { parseCallerArn, toPrincipalCaller } from '../simulated-caller.ts'
import {
  readBoundaryInput,
  readPolicyInputs,
  type SimulatedPolicies,
} from '../simulated-policies.ts'
import { loadPrincipalPolicies, loadSource, permissionsOnSource } from '../simulated-principal.ts'
import { createSimulatedContext } from '../simulation-context.ts'
import {
  policyExclusionList,
  policyInputList,
  simulationInput,
  simulationOutput,
} from '../simulation-shapes.ts'
import { toRequestParameters } from '../to-request-parameters.ts'

const input = structure('SimulatePrincipalPolicyRequest', {
  policySourceArn: required(arn),
  policyInputList: optional(policyInputList),
  policyExclusionList: optional(policyExclusionList),
  ...simulationInput,
})

type Input = Infer<typeof input>

/**
 * Tells what the policies of a user, group or role would allow together with further ones that are
 * given (AWS IAM API Reference: SimulatePrincipalPolicy).
 */
export const simulatePrincipalPolicy = defineIamOperation({
  name: 'SimulatePrincipalPolicy',
  input,
  output: simulationOutput,
  effect: 'reads',
  rateClass: 'iam-read',
  // The policies are left out: they can be large, and decide nothing.
  requestParameters: ({ policySourceArn, callerArn, actionNames, resourceArns }) =>
    toRequestParameters({ policySourceArn, callerArn, actionNames, resourceArns }),
  permissions: ({ policySourceArn }, call) =>
    permissionsOnSource(call, 'iam:SimulatePrincipalPolicy', policySourceArn),
  run,
})

async function run(request: Input, call: Call) {
  refuseResourcePolicy(request)
  const { policySourceArn, callerArn, actionNames, resourceArns = [] } = request
  const principal = await loadSource(call, policySourceArn)
  const caller =
    callerArn === undefined ? toPrincipalCaller(principal, call) : parseCallerArn(callerArn, call)
  const context = createSimulatedContext(caller, request.contextEntries)
  const stored = await loadPrincipalPolicies(call, principal, request.policyExclusionList)
  const given = readPolicyInputs(request.policyInputList)
  const policies: SimulatedPolicies = {
    identity: [...stored.identity, ...given],
    // A boundary that is given replaces the one that the principal has.
    boundary: readBoundaryInput(request.permissionsBoundaryPolicyInputList) ?? stored.boundary,
    organization: stored.organization,
  }
  const findFacts = (resource: string) => findOwnFacts(call, resource)
  return answer(
    await simulate({ policies, context, actionNames, resourceArns, findFacts }, request),
  )
}

/**
 * The facts of resources in the caller's account alone: the caller must not learn those of others.
 */
async function findOwnFacts({ caller, services }: Call, resource: string): Promise<ResourceFacts> {
  const isOwn = parseArn(resource)?.account === caller.account.id
  return isOwn ? findResourceFacts(services.store, resource) : NO_FACTS
}
