import { type Infer, optional, structure } from '../../../shapes/shape.ts'
import type { Call } from '../../operation.ts'
import { defineIamOperation } from '../define-iam-operation.ts'
import { answer } from '../outcome.ts'
import { NO_FACTS } from '../resource-facts.ts'
import { refuseResourcePolicy, simulate } from '../simulate.ts'
import { parseCallerArn, toUnknownCaller } from '../simulated-caller.ts'
import {
  readBoundaryInput,
  readControlInputs,
  readPolicyInputs,
  type SimulatedPolicies,
} from '../simulated-policies.ts'
import { createSimulatedContext } from '../simulation-context.ts'
import {
  organizationPolicyInputList,
  policyInputList,
  simulationInput,
  simulationOutput,
} from '../simulation-shapes.ts'
import { toRequestParameters } from '../to-request-parameters.ts'

const input = structure('SimulateCustomPolicyRequest', {
  // The model wants the list; IAM was seen to take an empty one.
  policyInputList: optional(policyInputList),
  orderedOrganizationPolicyInputList: optional(organizationPolicyInputList),
  ...simulationInput,
})

/**
 * Tells what given policies would allow, without using them (AWS IAM API Reference:
 * SimulateCustomPolicy).
 */
export const simulateCustomPolicy = defineIamOperation({
  name: 'SimulateCustomPolicy',
  input,
  output: simulationOutput,
  effect: 'reads',
  rateClass: 'iam-read',
  // The policies are left out: they can be large, and decide nothing.
  requestParameters: ({ callerArn, actionNames, resourceArns }) =>
    toRequestParameters({ callerArn, actionNames, resourceArns }),
  permissions: () => [{ action: 'iam:SimulateCustomPolicy', resource: '*', context: [] }],
  run,
})

async function run(request: Infer<typeof input>, call: Call) {
  refuseResourcePolicy(request)
  const { callerArn, actionNames, resourceArns = [] } = request
  const caller =
    callerArn === undefined
      ? toUnknownCaller(call.caller.account, call)
      : parseCallerArn(callerArn, call)
  const context = createSimulatedContext(caller, request.contextEntries)
  const policies: SimulatedPolicies = {
    identity: readPolicyInputs(request.policyInputList),
    boundary: readBoundaryInput(request.permissionsBoundaryPolicyInputList),
    organization: readOrganization(request.orderedOrganizationPolicyInputList),
  }
  // Policies that stand for no principal are asked without what is stored here.
  const findFacts = async () => NO_FACTS
  return answer(
    await simulate({ policies, context, actionNames, resourceArns, findFacts }, request),
  )
}

function readOrganization(
  levels: Infer<typeof organizationPolicyInputList> = [],
): SimulatedPolicies['organization'] {
  if (levels.length === 0) return null
  const serviceControl = levels.map(({ serviceControlPolicyInputList: documents }) =>
    readControlInputs(documents),
  )
  return { serviceControl, resourceControl: [] }
}
