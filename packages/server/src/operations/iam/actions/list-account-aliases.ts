import { structure } from '../../../shapes/shape.ts'
import { absentListOutput, NONE } from '../absent-credentials.ts'
import { defineIamOperation } from '../define-iam-operation.ts'
import { pageInput } from '../iam-shapes.ts'
import { toRequestParameters } from '../to-request-parameters.ts'

/** Lists the aliases of an account: for signing in by password, so there are none (AWS IAM API Reference: ListAccountAliases). */
export const listAccountAliases = defineIamOperation({
  name: 'ListAccountAliases',
  input: structure('ListAccountAliasesRequest', pageInput),
  output: structure('ListAccountAliasesResponse', absentListOutput('AccountAliases')),
  effect: 'reads',
  rateClass: 'iam-read',
  requestParameters: toRequestParameters,
  permissions: () => [{ action: 'iam:ListAccountAliases', resource: '*', context: [] }],
  run: async () => NONE,
})
