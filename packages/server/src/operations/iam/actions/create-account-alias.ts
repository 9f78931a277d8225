import { setAccountAlias } from '../../../changes/account-aliases.ts'
import { required, structure } from '../../../shapes/shape.ts'
import { accountAlias } from '../account-alias.ts'
import { defineIamOperation } from '../define-iam-operation.ts'
import { inTurn } from '../in-turn.ts'
import { DONE } from '../outcome.ts'
import { toRequestParameters } from '../to-request-parameters.ts'

/** Gives the account an alias, in the place of one that it has (AWS IAM API Reference: CreateAccountAlias). */
export const createAccountAlias = defineIamOperation({
  name: 'CreateAccountAlias',
  input: structure('CreateAccountAliasRequest', { accountAlias: required(accountAlias) }),
  output: null,
  effect: 'changes',
  rateClass: 'iam-write',
  requestParameters: toRequestParameters,
  permissions: () => [{ action: 'iam:CreateAccountAlias', resource: '*', context: [] }],
  run: async (input, call) => {
    await inTurn(call, turn => setAccountAlias(turn, call.caller.account, input.accountAlias))
    return DONE
  },
})
