import {
  type Infer,
  integer,
  list,
  optional,
  required,
  string,
  structure,
} from '../../../shapes/shape.ts'
import type { Call } from '../../operation.ts'
import { defineIamOperation } from '../define-iam-operation.ts'
import { dateTime, pageInput, pageOutput } from '../iam-shapes.ts'
import { answer } from '../outcome.ts'
import { jobId, listGrantedServices, loadAccessJob } from '../service-access.ts'
import { findLatest, listServiceUsers } from '../service-users.ts'
import { toRequestParameters } from '../to-request-parameters.ts'

const input = structure('GetServiceLastAccessedDetailsRequest', {
  jobId: required(jobId),
  ...pageInput,
})

const serviceLastAccessed = structure('ServiceLastAccessed', {
  serviceName: required(string()),
  lastAuthenticated: optional(dateTime),
  serviceNamespace: required(string()),
  lastAuthenticatedEntity: optional(string()),
  lastAuthenticatedRegion: optional(string()),
  totalAuthenticatedEntities: optional(integer()),
})

/**
 * Tells which of the services that are here, IAM and STS, a subject may use, and when an access key last
 * did (AWS IAM API Reference: GetServiceLastAccessedDetails).
 */
export const getServiceLastAccessedDetails = defineIamOperation({
  name: 'GetServiceLastAccessedDetails',
  input,
  output: structure('GetServiceLastAccessedDetailsResponse', {
    jobStatus: required(string()),
    jobType: optional(string()),
    jobCreationDate: required(dateTime),
    servicesLastAccessed: required(list(serviceLastAccessed)),
    jobCompletionDate: required(dateTime),
    ...pageOutput,
  }),
  effect: 'reads',
  rateClass: 'iam-read',
  requestParameters: toRequestParameters,
  permissions: () => [{ action: 'iam:GetServiceLastAccessedDetails', resource: '*', context: [] }],
  run,
})

async function run(request: Infer<typeof input>, call: Call) {
  const { subject, kind, createdAtMs } = await loadAccessJob(call, request.jobId)
  const servicesLastAccessed: Infer<typeof serviceLastAccessed>[] = []
  for (const { name, namespace } of await listGrantedServices(call, subject)) {
    const users = await listServiceUsers(call, subject, namespace)
    const latest = findLatest(users)
    servicesLastAccessed.push({
      serviceName: name,
      lastAuthenticated: latest?.lastUse.usedAtMs,
      serviceNamespace: namespace,
      lastAuthenticatedEntity: latest?.arn,
      lastAuthenticatedRegion: latest?.lastUse.region,
      totalAuthenticatedEntities: users.filter(({ lastUse }) => lastUse !== null).length,
    })
  }
  return answer({
    jobStatus: 'COMPLETED',
    jobType: kind,
    jobCreationDate: createdAtMs,
    servicesLastAccessed,
    jobCompletionDate: createdAtMs,
    isTruncated: false,
  })
}
