import { optional, string, structure } from '../../shapes/shape.ts'
import { IAM } from '../apis.ts'
import { defineOperation } from '../operation.ts'
import { absentListOutput, NONE } from './absent-credentials.ts'
import { describeInput } from './describe-input.ts'
import { pageInput } from './iam-shapes.ts'

/** Lists the virtual MFA devices of an account, which has none (AWS IAM API Reference: ListVirtualMFADevices). */
export const listVirtualMFADevices = defineOperation({
  api: IAM,
  name: 'ListVirtualMFADevices',
  input: structure('ListVirtualMFADevicesRequest', {
    assignmentStatus: optional(string({ values: ['Assigned', 'Unassigned', 'Any'] })),
    ...pageInput,
  }),
  output: structure('ListVirtualMFADevicesResponse', absentListOutput('VirtualMFADevices')),
  authentication: 'signature',
  readOnly: true,
  effect: 'reads',
  rateClass: 'iam-read',
  requestParameters: describeInput,
  checkInput: null,
  checkCaller: null,
  permissions: () => [{ action: 'iam:ListVirtualMFADevices', resource: '*', context: [] }],
  run: async () => NONE,
})
