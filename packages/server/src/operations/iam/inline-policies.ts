import {
  deleteInlinePolicy as deletePolicy,
  findByName,
  noSuchInlinePolicy,
  putInlinePolicy as putPolicy,
} from '../../changes/inline-policies.ts'
import { requireHolder } from '../../changes/lookups.ts'
import type { Call } from '../operation.ts'
import type { IamPrincipal, PrincipalKind } from './iam-principal.ts'
import { inTurn } from './in-turn.ts'
import { cutPage, describePage, type PageInput, toPageRequest } from './page.ts'
import { encodePolicyDocument } from './policy-document.ts'

/** `Put…Policy`. @throws ServiceError `MalformedPolicyDocument`, `LimitExceeded`, `NoSuchEntity` */
export async function putInlinePolicy(
  call: Call,
  kind: PrincipalKind,
  name: string,
  { policyName, policyDocument }: { readonly policyName: string; readonly policyDocument: string },
): Promise<void> {
  await inTurn(call, async turn => {
    const holder = await requireHolder(turn.store, call.caller.account.id, kind, name)
    await putPolicy(turn, holder, { name: policyName, document: policyDocument })
  })
}

/**
 * `Get…Policy`. The name comes back as it was asked for, as IAM was seen to do.
 * @throws ServiceError `NoSuchEntity`
 */
export async function getInlinePolicy(
  { services: { store } }: Call,
  principal: IamPrincipal,
  policyName: string,
): Promise<{ readonly policyName: string; readonly policyDocument: string }> {
  const policies = await store.listInlinePolicies(principal.accountId, principal.id)
  const policy = findByName(policies, policyName)
  if (policy === null) throw noSuchInlinePolicy(principal.kind, policyName)
  return { policyName, policyDocument: encodePolicyDocument(policy.document) }
}

/** `List…Policies`: a page of the names. @throws ServiceError `ValidationError` for a strange marker */
export async function listInlinePolicyNames(
  { services: { store } }: Call,
  { accountId, id }: IamPrincipal,
  input: PageInput,
) {
  const policies = await store.listInlinePolicies(accountId, id)
  const page = cutPage(policies, toPageRequest(input))
  return { policyNames: page.items.map(({ name }) => name), ...describePage(page) }
}

/** `Delete…Policy`. @throws ServiceError `NoSuchEntity` */
export async function deleteInlinePolicy(
  call: Call,
  kind: PrincipalKind,
  name: string,
  policyName: string,
): Promise<void> {
  await inTurn(call, async turn => {
    const holder = await requireHolder(turn.store, call.caller.account.id, kind, name)
    await deletePolicy(turn, holder, policyName)
  })
}
