import { ServiceError } from '../../errors.ts'
import type { AppliedPolicy } from '../../policy/applicable-policies.ts'
import { locateStatements, type StatementSpan } from '../../policy/locate-statements.ts'
import { parsePolicy } from '../../policy/parse-policy.ts'
import type { PolicyKind } from '../../policy/policy-document.ts'

/** A policy in a simulation. `policyId` is what IAM calls it there: `user_alice_Inline`, or a name. */
export interface SimulatedPolicy extends AppliedPolicy {
  /** Where its statements stand, in their order. */
  readonly spans: readonly StatementSpan[]
}

/** The policies of a simulation, layer by layer as `ApplicablePolicies` has them. */
export interface SimulatedPolicies {
  readonly identity: readonly SimulatedPolicy[]
  readonly boundary: SimulatedPolicy | null
  /** Null outside an organization: then the answer does not speak of it. */
  readonly organization: {
    readonly serviceControl: readonly (readonly AppliedPolicy[])[]
    readonly resourceControl: readonly (readonly AppliedPolicy[])[]
  } | null
}

/** Makes a policy of a simulation. @throws ServiceError `MalformedPolicyDocument` */
export function createSimulatedPolicy(
  policyId: string,
  document: string,
  kind: PolicyKind,
): SimulatedPolicy {
  return { policyId, policy: parsePolicy(document, kind), spans: locateStatements(document) }
}

/**
 * Reads the identity policies that a request gives.
 * @throws ServiceError `InvalidInput` in IAM's words, which do not say what is wrong
 */
export function readPolicyInputs(documents: readonly string[] = []): readonly SimulatedPolicy[] {
  return readInputs(documents, 'identity', 'PolicyInputList', 'Policy input list')
}

/** Reads the boundary that a request gives; null when it gives none. @throws ServiceError `InvalidInput` */
export function readBoundaryInput(documents: readonly string[] = []): SimulatedPolicy | null {
  if (documents.length > 1) {
    throw new ServiceError(
      'InvalidInput',
      'The list of Permissions Boundary policies cannot exceed 1 items.',
    )
  }
  // How IAM names the list of a malformed boundary is UNVERIFIED.
  const name = 'PermissionsBoundaryPolicyInputList'
  return (
    readInputs(documents, 'boundary', name, 'Permissions boundary policy input list')[0] ?? null
  )
}

/** Reads one level of an organization that a request gives. @throws ServiceError `InvalidInput` */
export function readControlInputs(documents: readonly string[] = []): readonly SimulatedPolicy[] {
  // How IAM names the list of a malformed policy is UNVERIFIED.
  const name = 'ServiceControlPolicyInputList'
  return readInputs(documents, 'scp', name, 'Service control policy input list')
}

function readInputs(
  documents: readonly string[],
  kind: PolicyKind,
  listName: string,
  listTitle: string,
): readonly SimulatedPolicy[] {
  return documents.map((document, index) => {
    try {
      return createSimulatedPolicy(`${listName}.${index + 1}`, document, kind)
    } catch (cause) {
      if (!(cause instanceof ServiceError)) throw cause
      const message = `${listTitle} item ${index + 1} has invalid content`
      throw new ServiceError('InvalidInput', message, { cause })
    }
  })
}
