import { ServiceError } from '../../errors.ts'
import { formatGroupArn } from '../../principals/arn.ts'
import type { Group } from '../../principals/entities.ts'
import { formatUniqueId } from '../../principals/identifiers.ts'
import { defaulted, type Infer, required, structure } from '../../shapes/shape.ts'
import { IAM } from '../apis.ts'
import { type Call, defineOperation } from '../operation.ts'
import { describeInput } from './describe-input.ts'
import { describeOutput } from './describe-output.ts'
import { homeOf } from './find-entity.ts'
import { describeGroup, groupShape } from './iam-group.ts'
import { groupName, path } from './iam-shapes.ts'
import { answer } from './outcome.ts'
import { orRefuse } from './store-refusal.ts'

const input = structure('CreateGroupRequest', {
  path: defaulted(path, '/'),
  groupName: required(groupName),
})

const output = structure('CreateGroupResponse', { group: required(groupShape) })

/** Makes a group (AWS IAM API Reference: CreateGroup). */
export const createGroup = defineOperation({
  api: IAM,
  name: 'CreateGroup',
  input,
  output,
  authentication: 'signature',
  readOnly: false,
  effect: 'changes',
  rateClass: 'iam-write',
  requestParameters: describeInput,
  checkInput: null,
  checkCaller: null,
  permissions: (request, { caller: { account } }) => [
    {
      action: 'iam:CreateGroup',
      resource: formatGroupArn(homeOf(account), request.path, request.groupName),
      context: [],
    },
  ],
  run,
})

async function run(request: Infer<typeof input>, { caller, nowMs, services }: Call) {
  const { account } = caller
  const group: Group = {
    accountId: account.id,
    id: formatUniqueId('group', services.random.bytes(17)),
    name: request.groupName,
    path: request.path,
    createdAtMs: nowMs,
  }
  await orRefuse(services.store.createGroup(group), {
    exists: () =>
      new ServiceError('EntityAlreadyExists', `Group with name ${group.name} already exists.`),
  })
  const answered = { group: describeGroup(account, group) }
  return answer(answered, describeOutput(output, answered))
}
