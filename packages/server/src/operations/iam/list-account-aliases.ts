import { structure } from '../../shapes/shape.ts'
import { IAM } from '../apis.ts'
import { defineOperation } from '../operation.ts'
import { absentListOutput, NONE } from './absent-credentials.ts'
import { describeInput } from './describe-input.ts'
import { pageInput } from './iam-shapes.ts'

/** Lists the aliases of an account: for signing in by password, so there are none (AWS IAM API Reference: ListAccountAliases). */
export const listAccountAliases = defineOperation({
  api: IAM,
  name: 'ListAccountAliases',
  input: structure('ListAccountAliasesRequest', pageInput),
  output: structure('ListAccountAliasesResponse', absentListOutput('AccountAliases')),
  authentication: 'signature',
  readOnly: true,
  effect: 'reads',
  rateClass: 'iam-read',
  requestParameters: describeInput,
  checkInput: null,
  checkCaller: null,
  permissions: () => [{ action: 'iam:ListAccountAliases', resource: '*', context: [] }],
  run: async () => NONE,
})
