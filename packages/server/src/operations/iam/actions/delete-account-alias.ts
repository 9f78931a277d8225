import { deleteAccountAlias as removeAlias } from '../../../changes/account-aliases.ts'
import { required, structure } from '../../../shapes/shape.ts'
import { accountAlias } from '../account-alias.ts'
import { defineIamOperation } from '../define-iam-operation.ts'
import { inTurn } from '../in-turn.ts'
import { DONE } from '../outcome.ts'
import { toRequestParameters } from '../to-request-parameters.ts'

/** Takes the alias from the account (AWS IAM API Reference: DeleteAccountAlias). */
export const deleteAccountAlias = defineIamOperation({
  name: 'DeleteAccountAlias',
  input: structure('DeleteAccountAliasRequest', { accountAlias: required(accountAlias) }),
  output: null,
  effect: 'changes',
  rateClass: 'iam-write',
  requestParameters: toRequestParameters,
  permissions: () => [{ action: 'iam:DeleteAccountAlias', resource: '*', context: [] }],
  run: async (input, call) => {
    await inTurn(call, turn => removeAlias(turn, call.caller.account, input.accountAlias))
    return DONE
  },
})
