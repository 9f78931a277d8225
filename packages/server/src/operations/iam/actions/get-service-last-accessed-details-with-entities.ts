import { type Infer, list, optional, required, string, structure } from '../../../shapes/shape.ts'
import type { Call } from '../../operation.ts'
import { defineIamOperation } from '../define-iam-operation.ts'
import { dateTime, pageInput, pageOutput } from '../iam-shapes.ts'
import { answer } from '../outcome.ts'
import { cutPage, toPageOutput, toPageRequest } from '../page.ts'
import { jobId, loadAccessJob, serviceNamespace } from '../service-access.ts'
import { listServiceUsers } from '../service-users.ts'
import { toRequestParameters } from '../to-request-parameters.ts'

const input = structure('GetServiceLastAccessedDetailsWithEntitiesRequest', {
  jobId: required(jobId),
  serviceNamespace: required(serviceNamespace),
  ...pageInput,
})

const entityDetails = structure('EntityDetails', {
  entityInfo: required(
    structure('EntityInfo', {
      arn: required(string()),
      name: required(string()),
      type: required(string()),
      id: required(string()),
      path: optional(string()),
    }),
  ),
  lastAuthenticated: optional(dateTime),
})

/**
 * Lists the users that a subject stands for, and when a key of each last used a service (AWS IAM
 * API Reference: GetServiceLastAccessedDetailsWithEntities).
 */
export const getServiceLastAccessedDetailsWithEntities = defineIamOperation({
  name: 'GetServiceLastAccessedDetailsWithEntities',
  input,
  output: structure('GetServiceLastAccessedDetailsWithEntitiesResponse', {
    jobStatus: required(string()),
    jobCreationDate: required(dateTime),
    jobCompletionDate: required(dateTime),
    entityDetailsList: required(list(entityDetails)),
    ...pageOutput,
  }),
  effect: 'reads',
  rateClass: 'iam-read',
  requestParameters: toRequestParameters,
  permissions: () => [
    { action: 'iam:GetServiceLastAccessedDetailsWithEntities', resource: '*', context: [] },
  ],
  run,
})

async function run(request: Infer<typeof input>, call: Call) {
  const { subject, createdAtMs } = await loadAccessJob(call, request.jobId)
  const users = await listServiceUsers(call, subject, request.serviceNamespace)
  const page = cutPage(users, toPageRequest(request))
  return answer({
    jobStatus: 'COMPLETED',
    jobCreationDate: createdAtMs,
    jobCompletionDate: createdAtMs,
    entityDetailsList: page.items.map(({ user, arn, lastUse }) => ({
      entityInfo: { arn, name: user.name, type: 'USER', id: user.id, path: user.path },
      lastAuthenticated: lastUse?.usedAtMs,
    })),
    ...toPageOutput(page),
  })
}
