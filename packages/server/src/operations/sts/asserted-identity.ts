import type { TrustingRole } from '../../directory/trusting-role.ts'
import { ServiceError } from '../../errors.ts'
import { formatOidcProviderArn, parseArn, toArnHome } from '../../principals/arn.ts'
import type { IdentityContext } from '../../principals/identity-context.ts'
import type { AssertedIdentity, Call, Permission } from '../operation.ts'
import { invalidAssertion, type ProvidedContext } from './provided-contexts.ts'

/** Reasons why a token of another issuer can fail. Here each is reported as an invalid assertion. */
const TOKEN_REFUSALS: readonly string[] = [
  'InvalidIdentityToken',
  'ExpiredTokenException',
  'IDPRejectedClaim',
]

/** Whether a context is asserted by an OIDC provider. */
export function isOfOidcProvider({ providerArn = '' }: ProvidedContext): boolean {
  return parseArn(providerArn)?.resource.startsWith('oidc-provider/') ?? false
}

/**
 * The person that the session of a role shall act for, by the token that the caller sends as a
 * context assertion. AWS takes assertions that it has sealed itself; here it is the token of any
 * OIDC provider of the role's account that has a context provider. Null when the caller brings
 * none: the context of the caller's own session is not passed on.
 *
 * Nothing is refused here. Only a caller that the role trusts may learn what is wrong with the
 * assertion; otherwise the refusal would tell others whether the role exists.
 */
export async function examineAssertion(
  contexts: readonly ProvidedContext[] = [],
  role: TrustingRole | null,
  services: Call['services'],
): Promise<AssertedIdentity | null> {
  const [assertion, ...others] = contexts.filter(isOfOidcProvider)
  if (assertion === undefined) return null
  const { providerArn = '' } = assertion
  try {
    if (role === null) throw invalidAssertion('there is no such role')
    if (others.length > 0) throw invalidAssertion('a session acts for one subject at most')
    const context = await verifyAssertion(assertion, role, services)
    return { providerArn, context, refusal: null }
  } catch (refusal) {
    if (!(refusal instanceof ServiceError)) throw refusal
    return { providerArn, context: null, refusal }
  }
}

/**
 * What an assertion has proven, once the policies have allowed it.
 * @throws ServiceError `InvalidContextAssertion`, `IDPCommunicationError`, `Throttling`
 */
export function requireAsserted(permitted: readonly Permission[]): IdentityContext | null {
  const asserted = permitted[0]?.assertedIdentity ?? null
  if (asserted === null) return null
  if (asserted.refusal !== null) throw asserted.refusal
  return asserted.context
}

async function verifyAssertion(
  { providerArn, contextAssertion }: ProvidedContext,
  role: TrustingRole,
  services: Call['services'],
): Promise<IdentityContext> {
  if (contextAssertion === undefined) throw invalidAssertion('it is missing')
  const { provider, identityContext, authorizedRoleArns } = await verifyToken(
    contextAssertion,
    role,
    services,
  )
  if (provider.arn !== providerArn) {
    throw invalidAssertion(`its issuer is not the provider ${providerArn}`)
  }
  // A token that is for certain roles alone is not good for another role here either.
  if (authorizedRoleArns?.includes(role.arn) === false) {
    throw invalidAssertion('the target role ARN is not present in its roles claim')
  }
  if (identityContext === null) {
    throw invalidAssertion(`the provider ${providerArn} has no ContextProvider`)
  }
  return identityContext
}

async function verifyToken(
  token: string,
  { account }: TrustingRole,
  { directory, webIdentity }: Call['services'],
) {
  try {
    return await webIdentity.verify(token, async issuer => {
      const arn = formatOidcProviderArn(toArnHome(account), issuer)
      const provider = await directory.findOidcProvider(account.id, arn)
      return provider?.url === issuer ? provider : null
    })
  } catch (error) {
    if (!(error instanceof ServiceError) || !TOKEN_REFUSALS.includes(error.code)) throw error
    throw invalidAssertion(error.message, error)
  }
}
