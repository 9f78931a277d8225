import { createOidcProvider } from '../../../changes/oidc-providers.ts'
import { formatOidcProviderArn, toArnHome } from '../../../principals/arn.ts'
import { type Infer, optional, required, string, structure } from '../../../shapes/shape.ts'
import type { Call, Permission } from '../../operation.ts'
import { tags } from '../../tag-shapes.ts'
import { defineIamOperation } from '../define-iam-operation.ts'
import { listIssuerContext } from '../iam-context-provider.ts'
import { clientIdList, contextProvider, thumbprintList } from '../iam-shapes.ts'
import { inTurn } from '../in-turn.ts'
import { answer } from '../outcome.ts'
import { permissionsToCreate } from '../permissions-to-create.ts'
import { toRequestParameters } from '../to-request-parameters.ts'
import { toResponseElements } from '../to-response-elements.ts'

const input = structure('CreateOpenIDConnectProviderRequest', {
  url: required(string({ minLength: 1, maxLength: 255 })),
  clientIDList: optional(clientIdList),
  thumbprintList: optional(thumbprintList),
  tags: optional(tags),
  contextProvider: optional(contextProvider),
})

const output = structure('CreateOpenIDConnectProviderResponse', {
  openIDConnectProviderArn: required(string()),
  tags: required(tags),
})

type Input = Infer<typeof input>

/**
 * Registers an issuer whose tokens roles may trust. Its keys are not fetched before the first token
 * comes; thumbprints are kept and shown, never trusted (AWS IAM API Reference:
 * CreateOpenIDConnectProvider).
 */
export const createOpenIdConnectProvider = defineIamOperation({
  name: 'CreateOpenIDConnectProvider',
  input,
  output,
  effect: 'changes',
  rateClass: 'iam-write',
  requestParameters: toRequestParameters,
  permissions,
  run,
})

function permissions(request: Input, { caller }: Call): readonly Permission[] {
  const { url, tags, contextProvider } = request
  const resource = formatOidcProviderArn(toArnHome(caller.account), url)
  const context = listIssuerContext('Request', url, contextProvider !== undefined)
  return permissionsToCreate({
    create: 'iam:CreateOpenIDConnectProvider',
    tag: 'iam:TagOpenIDConnectProvider',
    ...{ resource, tags, context },
  })
}

async function run(request: Input, call: Call) {
  const { url, clientIDList: clientIds = [], thumbprintList: thumbprints = [] } = request
  const options = {
    ...{ url, clientIds, thumbprints },
    tags: request.tags ?? [],
    inlineJwks: null,
    contextProvider: request.contextProvider ?? null,
  }
  const provider = await inTurn(call, turn =>
    createOidcProvider(turn, call.caller.account, options),
  )
  const answered = { openIDConnectProviderArn: provider.arn, tags: provider.tags }
  return answer(answered, toResponseElements(output, answered))
}
