import { required, structure } from '../../../shapes/shape.ts'
import { defineIamOperation } from '../define-iam-operation.ts'
import {
  instanceProfileName,
  instanceProfileShape,
  loadInstanceProfile,
  permissionsOnInstanceProfile,
  toInstanceProfileOutput,
} from '../iam-instance-profile.ts'
import { answer } from '../outcome.ts'
import { toRequestParameters } from '../to-request-parameters.ts'

/** Shows an instance profile with its role (AWS IAM API Reference: GetInstanceProfile). */
export const getInstanceProfile = defineIamOperation({
  name: 'GetInstanceProfile',
  input: structure('GetInstanceProfileRequest', {
    instanceProfileName: required(instanceProfileName),
  }),
  output: structure('GetInstanceProfileResponse', {
    instanceProfile: required(instanceProfileShape),
  }),
  effect: 'reads',
  rateClass: 'iam-read',
  requestParameters: toRequestParameters,
  permissions: ({ instanceProfileName: name }, call) =>
    permissionsOnInstanceProfile(call, 'iam:GetInstanceProfile', name),
  run: async ({ instanceProfileName: name }, call) => {
    const profile = await loadInstanceProfile(call, name)
    return answer({ instanceProfile: await toInstanceProfileOutput(call, profile) })
  },
})
