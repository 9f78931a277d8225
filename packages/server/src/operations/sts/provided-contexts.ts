import { ServiceError } from '../../errors.ts'
import { parseComputeContext } from '../../principals/compute-context.ts'
import { list, optional, string, structure } from '../../shapes/shape.ts'
import type { Call } from '../operation.ts'
import { arn } from './session-shapes.ts'

/** `ProvidedContexts` */
export const providedContexts = optional(
  list(
    structure('ProvidedContext', {
      providerArn: optional(arn),
      contextAssertion: optional(string({ minLength: 4, maxLength: 3072 })),
    }),
    { minItems: 1, maxItems: 5 },
  ),
)

/** One of the `ProvidedContexts` of a request. */
export interface ProvidedContext {
  readonly providerArn?: string | undefined
  readonly contextAssertion?: string | undefined
}

/**
 * The provider under which `ProvidedContexts` carries compute context:
 * `arn:aws:iam::aws:contextProvider/Compute`. Other partitions have their own, as they have their
 * own ARNs of AWS's managed policies (UNVERIFIED).
 */
export function formatComputeProvider(partition: string): string {
  return `arn:${partition}:iam::aws:contextProvider/Compute`
}

/**
 * What a trusted broker says of where the workload runs. AWS seals its own assertions. Here the broker
 * that sends an assertion vouches for it, so an assertion from anybody else is refused.
 * @throws ServiceError `AccessDenied`, `InvalidContextAssertion`
 */
export function readComputeContext(
  contexts: readonly ProvidedContext[],
  { caller, services }: Call,
): ReadonlyMap<string, string> {
  const claims = new Map<string, string>()
  const computeProvider = formatComputeProvider(caller.account.partition)
  for (const { providerArn, contextAssertion } of contexts) {
    if (!services.computeContextBrokers.has(caller.principalArn)) {
      throw new ServiceError(
        'AccessDenied',
        `User: ${caller.arn} is not trusted to provide compute context`,
      )
    }
    if (providerArn !== computeProvider || contextAssertion === undefined) {
      throw new ServiceError(
        'InvalidContextAssertion',
        `ProvidedContexts needs the ProviderArn ${computeProvider} and a ContextAssertion.`,
      )
    }
    for (const [name, value] of parseComputeContext(contextAssertion)) claims.set(name, value)
  }
  return claims
}

/**
 * An assertion that is malformed, expired, or from somebody who may not assert. The text is
 * UNVERIFIED.
 */
export function invalidAssertion(reason: string, cause?: unknown): ServiceError {
  return new ServiceError(
    'InvalidContextAssertion',
    `The context assertion is not valid: ${reason}.`,
    { cause },
  )
}
