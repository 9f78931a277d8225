import { ServiceError } from '../errors.ts'
import { parsePolicy } from '../policy/parse-policy.ts'
import type { InlinePolicy } from '../principals/entities.ts'
import { parseName } from '../principals/names.ts'
import { mapStoreError } from './map-store-error.ts'
import type { PolicyHolder } from './policy-holder.ts'
import { MAX_INLINE_CHARACTERS, measurePolicy } from './quotas.ts'
import { noSuchInlinePolicy } from './refusals.ts'
import { checkDocumentText } from './texts.ts'
import type { Turn } from './turn.ts'

/**
 * Creates or replaces a policy inside a user, group or role. Names are compared without regard to
 * case; a replaced policy keeps the spelling of its name, as IAM was seen to do.
 * @throws ServiceError `ValidationError`, `MalformedPolicyDocument`, `LimitExceeded`
 */
export async function putInlinePolicy(
  { store }: Turn,
  holder: PolicyHolder,
  { name, document }: InlinePolicy,
): Promise<void> {
  const { accountId, id } = holder
  checkInlinePolicy({ name, document })
  const policies = await store.listInlinePolicies(accountId, id)
  const replaced = findByName(policies, name)
  const policy = { name: replaced?.name ?? name, document }
  checkSize(holder, [policy, ...policies.filter(each => each !== replaced)])
  await store.saveInlinePolicy(accountId, id, policy)
}

/**
 * Makes the policies inside a user, group or role exactly those that are given.
 * @param present those that it has now
 * @throws ServiceError as {@link putInlinePolicy}
 */
export async function setInlinePolicies(
  { store }: Turn,
  holder: PolicyHolder,
  wanted: readonly InlinePolicy[],
  present: readonly InlinePolicy[],
): Promise<void> {
  const { accountId, id } = holder
  for (const policy of wanted) checkInlinePolicy(policy)
  checkSize(holder, wanted)
  for (const { name } of present) {
    if (findByName(wanted, name) === null) await store.deleteInlinePolicy(accountId, id, name)
  }
  for (const policy of wanted) {
    const known = findByName(present, policy.name)
    if (known?.name === policy.name && known.document === policy.document) continue
    await store.saveInlinePolicy(accountId, id, policy)
  }
}

/** Deletes a policy inside a user, group or role. @throws ServiceError `NoSuchEntity` */
export async function deleteInlinePolicy(
  { store }: Turn,
  { kind, accountId, id }: PolicyHolder,
  policyName: string,
): Promise<void> {
  await mapStoreError(store.deleteInlinePolicy(accountId, id, policyName), {
    missing: () => noSuchInlinePolicy(kind, policyName),
  })
}

/** A policy by name without regard to case; null when there is none. */
export function findByName(
  policies: readonly InlinePolicy[],
  policyName: string,
): InlinePolicy | null {
  const key = policyName.toLowerCase()
  return policies.find(({ name }) => name.toLowerCase() === key) ?? null
}

function checkInlinePolicy({ name, document }: InlinePolicy): void {
  parseName('policy', name)
  checkDocumentText(document)
  parsePolicy(document, 'identity')
}

function checkSize({ kind, name }: PolicyHolder, policies: readonly InlinePolicy[]): void {
  const characters = policies.reduce((sum, { document }) => sum + measurePolicy(document), 0)
  if (characters <= MAX_INLINE_CHARACTERS[kind]) return
  throw new ServiceError(
    'LimitExceeded',
    `Maximum policy size of ${MAX_INLINE_CHARACTERS[kind]} bytes exceeded for ${kind} ${name}`,
  )
}
