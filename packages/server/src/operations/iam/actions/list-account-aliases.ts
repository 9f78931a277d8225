import { list, required, string, structure } from '../../../shapes/shape.ts'
import { defineIamOperation } from '../define-iam-operation.ts'
import { pageInput, pageOutput } from '../iam-shapes.ts'
import { answer } from '../outcome.ts'
import { toRequestParameters } from '../to-request-parameters.ts'

/** Lists the aliases of the account: the one that it has, or none (AWS IAM API Reference: ListAccountAliases). */
export const listAccountAliases = defineIamOperation({
  name: 'ListAccountAliases',
  input: structure('ListAccountAliasesRequest', pageInput),
  output: structure('ListAccountAliasesResponse', {
    accountAliases: required(list(string())),
    ...pageOutput,
  }),
  effect: 'reads',
  rateClass: 'iam-read',
  requestParameters: toRequestParameters,
  permissions: () => [{ action: 'iam:ListAccountAliases', resource: '*', context: [] }],
  run: async (_input, { caller, services }) => {
    const alias = await services.store.findAccountAlias(caller.account.id)
    return answer({ accountAliases: alias === null ? [] : [alias], isTruncated: false })
  },
})
