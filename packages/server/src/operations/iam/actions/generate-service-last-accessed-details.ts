import { type Infer, optional, required, string, structure } from '../../../shapes/shape.ts'
import type { Call } from '../../operation.ts'
import { defineIamOperation } from '../define-iam-operation.ts'
import { arn } from '../iam-shapes.ts'
import { inTurn } from '../in-turn.ts'
import { recordJob } from '../jobs.ts'
import { answer } from '../outcome.ts'
import { listGrantedServices, permissionsOnAccessSubject } from '../service-access.ts'
import { toRequestParameters } from '../to-request-parameters.ts'
import { toResponseElements } from '../to-response-elements.ts'

const input = structure('GenerateServiceLastAccessedDetailsRequest', {
  arn: required(arn),
  granularity: optional(string({ values: ['SERVICE_LEVEL', 'ACTION_LEVEL'] })),
})

const output = structure('GenerateServiceLastAccessedDetailsResponse', {
  jobId: required(string()),
})

/**
 * Begins to find out which services a user, group, role or managed policy allows, and when they were
 * last used. What there is to find is looked up when it is asked for (AWS IAM API Reference:
 * GenerateServiceLastAccessedDetails).
 */
export const generateServiceLastAccessedDetails = defineIamOperation({
  name: 'GenerateServiceLastAccessedDetails',
  input,
  output,
  readOnly: true,
  effect: 'changes',
  rateClass: 'iam-read',
  requestParameters: toRequestParameters,
  permissions: (request, call) => permissionsOnAccessSubject(call, request.arn),
  run,
})

async function run(request: Infer<typeof input>, call: Call) {
  // An entity that does not exist is refused here, not by the later call.
  await listGrantedServices(call, request.arn)
  const kind = request.granularity === 'ACTION_LEVEL' ? 'ACTION_LEVEL' : 'SERVICE_LEVEL'
  const jobId = await inTurn(call, async ({ store, random, nowMs }) => {
    const id = random.uuid()
    const job = { id, kind, subject: request.arn, createdAtMs: nowMs } as const
    await recordJob(store, call.caller.account.id, job)
    return id
  })
  return answer({ jobId }, toResponseElements(output, { jobId }))
}
