import {
  changeOidcProvider,
  type OidcProviderPatch,
  requireProvider,
} from '../../changes/oidc-providers.ts'
import type { OidcProvider } from '../../principals/entities.ts'
import type { Call, ContextPairs, Permission } from '../operation.ts'
import { listResourceTags } from '../tag-context.ts'
import { inTurn } from './in-turn.ts'

/** The permission for an action on a provider: on the ARN as it is named, with the provider's tags. */
export async function permissionsOnProvider(
  { caller, services }: Call,
  action: `iam:${string}`,
  arn: string,
  context: ContextPairs = [],
): Promise<readonly Permission[]> {
  const provider = await services.store.findOidcProvider(caller.account.id, arn)
  const tagContext = listResourceTags(provider?.tags ?? [])
  return [{ action, resource: arn, context: [...tagContext, ...context] }]
}

/** A provider of the caller's account. @throws ServiceError `InvalidInput`, `NoSuchEntity` */
export function loadProvider({ caller, services }: Call, arn: string): Promise<OidcProvider> {
  return requireProvider(services.store, caller.account, arn)
}

/** Changes a provider of the caller's account. @throws ServiceError `InvalidInput`, `NoSuchEntity`, and what the change refuses */
export function changeProvider(
  call: Call,
  arn: string,
  patch: (provider: OidcProvider) => OidcProviderPatch,
): Promise<void> {
  return inTurn(call, async turn => {
    const provider = await requireProvider(turn.store, call.caller.account, arn)
    await changeOidcProvider(turn, provider, patch(provider))
  })
}
