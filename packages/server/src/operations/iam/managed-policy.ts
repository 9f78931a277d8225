import { ServiceError } from '../../errors.ts'
import { parseArn } from '../../principals/arn.ts'
import type { ManagedPolicy } from '../../principals/entities.ts'
import type { Call, Permission } from '../operation.ts'
import type { ContextPairs } from './iam-principal.ts'
import { listResourceTags } from './tag-context.ts'

/** The permission for an action on a managed policy: on the ARN as it is named, with the policy's tags. */
export async function permitOnPolicy(
  call: Call,
  action: `iam:${string}`,
  policyArn: string,
  context: ContextPairs = [],
): Promise<readonly Permission[]> {
  const policy = await findPolicy(call, policyArn)
  return [
    {
      action,
      resource: policyArn,
      context: [...listResourceTags(policy?.tags ?? []), ...context],
    },
  ]
}

/** A policy that the caller's account may use, AWS's included. @throws ServiceError `InvalidInput`, `NoSuchEntity` */
export async function loadPolicy(call: Call, policyArn: string): Promise<ManagedPolicy> {
  requirePolicyArn(policyArn)
  const policy = await findPolicy(call, policyArn)
  if (policy !== null) return policy
  throw createMissingPolicyError(policyArn)
}

/** As {@link loadPolicy}, for what is to be attached. @throws ServiceError `InvalidInput`, `NoSuchEntity` */
export async function loadAttachablePolicy(call: Call, policyArn: string): Promise<ManagedPolicy> {
  requirePolicyArn(policyArn)
  const policy = await findPolicy(call, policyArn)
  if (policy !== null) return policy
  throw createNotAttachableError(policyArn)
}

/**
 * Makes sure that a policy may become the boundary of a user or role.
 * @throws ServiceError `InvalidInput`, `NoSuchEntity`
 */
export async function requireBoundaryPolicy(call: Call, policyArn: string): Promise<void> {
  requirePolicyArn(policyArn)
  if ((await findPolicy(call, policyArn)) !== null) return
  throw new ServiceError(
    'NoSuchEntity',
    `Scope ARN: ${policyArn} does not exist or is not attachable.`,
  )
}

/** Makes sure that a text is the ARN of a managed policy. @throws ServiceError `InvalidInput` */
export function requirePolicyArn(text: string): void {
  const arn = parseArn(text)
  if (arn?.service === 'iam' && arn.resource.startsWith('policy/')) return
  throw new ServiceError('InvalidInput', `ARN ${text} is not valid.`)
}

/** The refusal for a policy that is not there, or not attached. */
export function createMissingPolicyError(policyArn: string): ServiceError {
  return new ServiceError('NoSuchEntity', `Policy ${policyArn} was not found.`)
}

/** The refusal for a policy that is to be attached and is not there. */
export function createNotAttachableError(policyArn: string): ServiceError {
  return new ServiceError(
    'NoSuchEntity',
    `Policy ${policyArn} does not exist or is not attachable.`,
  )
}

// AWS's policies are there in every partition, each under its own ARN.
async function findPolicy(
  { caller, services }: Call,
  policyArn: string,
): Promise<ManagedPolicy | null> {
  if (parseArn(policyArn)?.partition !== caller.account.partition) return null
  return services.store.findManagedPolicy(caller.account.id, policyArn)
}
