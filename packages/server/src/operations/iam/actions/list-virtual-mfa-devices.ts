import { optional, string, structure } from '../../../shapes/shape.ts'
import { absentListOutput, NONE } from '../absent-credentials.ts'
import { defineIamOperation } from '../define-iam-operation.ts'
import { pageInput } from '../iam-shapes.ts'
import { toRequestParameters } from '../to-request-parameters.ts'

/** Lists the virtual MFA devices of an account, which has none (AWS IAM API Reference: ListVirtualMFADevices). */
export const listVirtualMFADevices = defineIamOperation({
  name: 'ListVirtualMFADevices',
  input: structure('ListVirtualMFADevicesRequest', {
    assignmentStatus: optional(string({ values: ['Assigned', 'Unassigned', 'Any'] })),
    ...pageInput,
  }),
  output: structure('ListVirtualMFADevicesResponse', absentListOutput('VirtualMFADevices')),
  effect: 'reads',
  rateClass: 'iam-read',
  requestParameters: toRequestParameters,
  permissions: () => [{ action: 'iam:ListVirtualMFADevices', resource: '*', context: [] }],
  run: async () => NONE,
})
