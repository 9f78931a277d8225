import { requirePolicyArn } from '../../changes/usable-policies.ts'
import { ServiceError } from '../../errors.ts'
import { grantsService } from '../../policy/grants-service.ts'
import { parsePolicy } from '../../policy/parse-policy.ts'
import type { Policy } from '../../policy/policy-document.ts'
import { parseArn } from '../../principals/arn.ts'
import { string } from '../../shapes/shape.ts'
import type { Job } from '../../store/iam-ports.ts'
import type { Call, Permission } from '../operation.ts'
import { listGrantingPolicies } from './granting-policies.ts'
import { NO_NULL } from './iam-shapes.ts'
import { findRecentJob } from './jobs.ts'
import { loadDefaultDocument, loadPolicy, permissionsOnPolicy } from './managed-policy.ts'
import { loadSource, permissionsOnSource } from './simulated-principal.ts'

/** What stands before the colon of an action (botocore: serviceNamespaceType). */
export const serviceNamespace = string({ minLength: 1, maxLength: 64, pattern: '[\\w-]*' })

/** The id of a job (botocore: jobIDType). */
export const jobId = string({ minLength: 36, maxLength: 36, pattern: NO_NULL })

/** The services that are here, in the order of their names. */
const SERVICES = [
  { namespace: 'iam', name: 'AWS Identity and Access Management' },
  { namespace: 'sts', name: 'AWS Security Token Service' },
] as const

/** The permission to ask about a user, group, role or managed policy. */
export function permissionsOnAccessSubject(
  call: Call,
  subject: string,
): Promise<readonly Permission[]> {
  const action = 'iam:GenerateServiceLastAccessedDetails'
  return isPolicyArn(subject)
    ? permissionsOnPolicy(call, action, subject)
    : permissionsOnSource(call, action, subject)
}

/**
 * The services that the policies of a user, group or role allow anything of, or that a managed policy
 * does.
 * @throws ServiceError `InvalidInput`, `NoSuchEntity`
 */
export async function listGrantedServices(call: Call, subject: string) {
  const policies = await loadSubjectPolicies(call, subject)
  return SERVICES.filter(({ namespace }) =>
    policies.some(policy => grantsService(policy, namespace)),
  )
}

async function loadSubjectPolicies(call: Call, subject: string): Promise<readonly Policy[]> {
  if (isPolicyArn(subject)) {
    requirePolicyArn(subject)
    const document = await loadDefaultDocument(call, await loadPolicy(call, subject))
    return [parsePolicy(document, 'identity')]
  }
  const granting = await listGrantingPolicies(call, await loadSource(call, subject))
  return granting.map(({ policy }) => policy)
}

/** A job of `GenerateServiceLastAccessedDetails`. @throws ServiceError `NoSuchEntity` */
export async function loadAccessJob({ caller, nowMs, services }: Call, id: string): Promise<Job> {
  const job = await findRecentJob(services.store, caller.account.id, id, nowMs)
  if (job !== null && job.kind !== 'role deletion') return job
  // The text is UNVERIFIED.
  throw new ServiceError('NoSuchEntity', `Job with id ${id} cannot be found.`)
}

/** Whether a subject is a managed policy. */
export function isPolicyArn(text: string): boolean {
  return parseArn(text)?.resource.startsWith('policy/') === true
}
