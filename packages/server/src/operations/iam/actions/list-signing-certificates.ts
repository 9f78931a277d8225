import { optional, structure } from '../../../shapes/shape.ts'
import { absentListOutput, listNoneOfUser } from '../absent-credentials.ts'
import { defineIamOperation } from '../define-iam-operation.ts'
import { existingUserName, pageInput } from '../iam-shapes.ts'
import { permissionsOnChosenUser } from '../own-user.ts'
import { toRequestParameters } from '../to-request-parameters.ts'

/**
 * Lists the signing certificates of a user, which has none (AWS IAM API Reference: ListSigningCertificates). Asked
 * by clients that take everything off a user before they delete it.
 */
export const listSigningCertificates = defineIamOperation({
  name: 'ListSigningCertificates',
  input: structure('ListSigningCertificatesRequest', {
    userName: optional(existingUserName),
    ...pageInput,
  }),
  output: structure('ListSigningCertificatesResponse', absentListOutput('Certificates')),
  effect: 'reads',
  rateClass: 'iam-read',
  requestParameters: toRequestParameters,
  permissions: ({ userName }, call) =>
    permissionsOnChosenUser(call, 'iam:ListSigningCertificates', userName),
  run: listNoneOfUser,
})
