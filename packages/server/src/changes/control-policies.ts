import { ServiceError } from '../errors.ts'
import { parsePolicy } from '../policy/parse-policy.ts'
import { parseName } from '../principals/names.ts'
import type { ControlPolicy } from '../store/iam-ports.ts'
import { mapStoreError } from './map-store-error.ts'
import { checkDocumentText } from './texts.ts'
import type { Turn } from './turn.ts'

/**
 * Attaches a service or resource control policy to a root, a unit or an account, or replaces it.
 * @throws ServiceError `ValidationError`, `MalformedPolicyDocument`
 */
export async function putControlPolicy({ store }: Turn, policy: ControlPolicy): Promise<void> {
  parseName('policy', policy.name)
  checkDocumentText(policy.document)
  parsePolicy(policy.document, policy.kind)
  await store.saveControlPolicy(policy)
}

/** Takes a control policy away. @throws ServiceError `NoSuchEntity` */
export async function deleteControlPolicy(
  { store }: Turn,
  policy: Omit<ControlPolicy, 'document'>,
): Promise<void> {
  const { organizationId, targetId, kind, name } = policy
  await mapStoreError(store.deleteControlPolicy(policy), {
    missing: () =>
      new ServiceError('NoSuchEntity', `${targetId} of ${organizationId} has no ${kind} ${name}.`),
  })
}
