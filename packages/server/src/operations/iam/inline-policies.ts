import { ServiceError } from '../../errors.ts'
import { parsePolicy } from '../../policy/parse-policy.ts'
import type { InlinePolicy } from '../../principals/entities.ts'
import type { Call } from '../operation.ts'
import type { IamPrincipal, PrincipalKind } from './iam-principal.ts'
import { cutPage, describePage, type PageInput, toPageRequest } from './page.ts'
import { encodePolicyDocument, measurePolicy } from './policy-document.ts'
import { orRefuse } from './store-refusal.ts'

/** Characters that the inline policies of one principal may have together (AWS IAM User Guide: quotas). */
export const MAX_INLINE_CHARACTERS: Readonly<Record<PrincipalKind, number>> = {
  user: 2048,
  group: 5120,
  role: 10_240,
}

/**
 * `Put…Policy`: creates or replaces a policy inside a user, group or role. Names are compared without
 * regard to case; a replaced policy keeps the spelling of its name, as IAM was seen to do.
 * @throws ServiceError `MalformedPolicyDocument`, `LimitExceeded`, `NoSuchEntity`
 */
export async function putInlinePolicy(
  { services: { store } }: Call,
  principal: IamPrincipal,
  { policyName, policyDocument }: { readonly policyName: string; readonly policyDocument: string },
): Promise<void> {
  const { accountId, id, kind } = principal
  parsePolicy(policyDocument, 'identity')
  const policies = await store.listInlinePolicies(accountId, id)
  const replaced = findByName(policies, policyName)
  const others = policies.filter(policy => policy !== replaced)
  const documents = [policyDocument, ...others.map(({ document }) => document)]
  const characters = documents.reduce((sum, document) => sum + measurePolicy(document), 0)
  if (characters > MAX_INLINE_CHARACTERS[kind]) {
    throw new ServiceError(
      'LimitExceeded',
      `Maximum policy size of ${MAX_INLINE_CHARACTERS[kind]} bytes exceeded for ${kind} ${principal.name}`,
    )
  }
  const policy = { name: replaced?.name ?? policyName, document: policyDocument }
  await orRefuse(store.saveInlinePolicy(accountId, id, policy), {
    missing: () => createGoneError(principal),
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
  if (policy === null) throw createMissingError(principal, policyName)
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
  { services: { store } }: Call,
  principal: IamPrincipal,
  policyName: string,
): Promise<void> {
  await orRefuse(store.deleteInlinePolicy(principal.accountId, principal.id, policyName), {
    missing: () => createMissingError(principal, policyName),
  })
}

function findByName(policies: readonly InlinePolicy[], policyName: string): InlinePolicy | null {
  const key = policyName.toLowerCase()
  return policies.find(({ name }) => name.toLowerCase() === key) ?? null
}

function createMissingError({ kind }: IamPrincipal, policyName: string): ServiceError {
  return new ServiceError(
    'NoSuchEntity',
    `The ${kind} policy with name ${policyName} cannot be found.`,
  )
}

function createGoneError({ kind, name }: IamPrincipal): ServiceError {
  return new ServiceError('NoSuchEntity', `The ${kind} with name ${name} cannot be found.`)
}
