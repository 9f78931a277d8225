import { formatInstanceProfileArn } from '../../../principals/arn.ts'
import { list, required, structure } from '../../../shapes/shape.ts'
import { defineIamOperation } from '../define-iam-operation.ts'
import { instanceProfileShape, summarizeInstanceProfile } from '../iam-instance-profile.ts'
import { pageOutput } from '../iam-shapes.ts'
import { answer } from '../outcome.ts'
import { loadPage, toPageOutput, toPageRequest } from '../page.ts'
import { pathPageInput, permissionsOnPath } from '../path-listing.ts'
import { toRequestParameters } from '../to-request-parameters.ts'

/** Lists the instance profiles below a path (AWS IAM API Reference: ListInstanceProfiles). */
export const listInstanceProfiles = defineIamOperation({
  name: 'ListInstanceProfiles',
  input: structure('ListInstanceProfilesRequest', pathPageInput),
  output: structure('ListInstanceProfilesResponse', {
    instanceProfiles: required(list(instanceProfileShape)),
    ...pageOutput,
  }),
  effect: 'reads',
  rateClass: 'iam-read',
  requestParameters: toRequestParameters,
  permissions: (input, call) =>
    permissionsOnPath(call, 'iam:ListInstanceProfiles', formatInstanceProfileArn, input.pathPrefix),
  run: async (input, call) => {
    const { caller, services } = call
    const request = { ...toPageRequest(input), pathPrefix: input.pathPrefix }
    const page = await loadPage(services.store.listInstanceProfiles(caller.account.id, request))
    const instanceProfiles = await Promise.all(
      page.items.map(profile => summarizeInstanceProfile(call, profile)),
    )
    return answer({ instanceProfiles, ...toPageOutput(page) })
  },
})
