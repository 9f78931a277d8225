import { attachPolicy as attach, detachPolicy as detach } from '../../changes/attachments.ts'
import { requireHolder } from '../../changes/lookups.ts'
import type { Call, Permission } from '../operation.ts'
import {
  describeBoundary,
  type IamPrincipal,
  type PrincipalKind,
  permitOnPrincipal,
} from './iam-principal.ts'
import { inTurn } from './in-turn.ts'
import { cutPage, describePage, type PageInput, toPageRequest } from './page.ts'

/** The permission to attach or detach: the policy is in the context, and the boundary that there is. */
export function permitAttachment(
  call: Call,
  action: `iam:${string}`,
  kind: PrincipalKind,
  name: string,
  policyArn: string,
): Promise<readonly Permission[]> {
  return permitOnPrincipal(call, action, kind, name, principal => [
    ['iam:PolicyARN', policyArn],
    ...describeBoundary(principal),
  ])
}

/** `Attach…Policy`. @throws ServiceError `InvalidInput`, `NoSuchEntity`, `LimitExceeded` */
export async function attachPolicy(
  call: Call,
  kind: PrincipalKind,
  name: string,
  policyArn: string,
): Promise<void> {
  const { account } = call.caller
  await inTurn(call, async turn => {
    const holder = await requireHolder(turn.store, account.id, kind, name)
    await attach(turn, account, holder, policyArn)
  })
}

/** `Detach…Policy`. @throws ServiceError `InvalidInput`, `NoSuchEntity` */
export async function detachPolicy(
  call: Call,
  kind: PrincipalKind,
  name: string,
  policyArn: string,
): Promise<void> {
  await inTurn(call, async turn => {
    const holder = await requireHolder(turn.store, call.caller.account.id, kind, name)
    await detach(turn, holder, policyArn)
  })
}

/** `ListAttached…Policies`: a page of them under a path. @throws ServiceError `ValidationError` */
export async function listAttachedPolicies(
  { services: { store } }: Call,
  { accountId, id }: IamPrincipal,
  input: PageInput & { readonly pathPrefix?: string | undefined },
) {
  const { pathPrefix = '/' } = input
  const policies = await store.listAttachedPolicies(accountId, id)
  const page = cutPage(
    policies.filter(({ path }) => path.startsWith(pathPrefix)),
    toPageRequest(input),
  )
  return {
    attachedPolicies: page.items.map(({ name, arn }) => ({ policyName: name, policyArn: arn })),
    ...describePage(page),
  }
}
