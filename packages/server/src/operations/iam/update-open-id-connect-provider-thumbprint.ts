import { required, structure } from '../../shapes/shape.ts'
import { IAM } from '../apis.ts'
import { defineOperation } from '../operation.ts'
import { describeInput } from './describe-input.ts'
import {
  checkThumbprints,
  loadProvider,
  permitOnProvider,
  saveProvider,
} from './iam-oidc-provider.ts'
import { arn, thumbprintList } from './iam-shapes.ts'
import { DONE } from './outcome.ts'

/** Replaces the thumbprints of an issuer (AWS IAM API Reference: UpdateOpenIDConnectProviderThumbprint). */
export const updateOpenIdConnectProviderThumbprint = defineOperation({
  api: IAM,
  name: 'UpdateOpenIDConnectProviderThumbprint',
  input: structure('UpdateOpenIDConnectProviderThumbprintRequest', {
    openIDConnectProviderArn: required(arn),
    thumbprintList: required(thumbprintList),
  }),
  output: null,
  authentication: 'signature',
  readOnly: false,
  effect: 'changes',
  rateClass: 'iam-write',
  requestParameters: describeInput,
  checkInput: null,
  checkCaller: null,
  permissions: ({ openIDConnectProviderArn: providerArn }, call) =>
    permitOnProvider(call, 'iam:UpdateOpenIDConnectProviderThumbprint', providerArn),
  run: async (input, call) => {
    const provider = await loadProvider(call, input.openIDConnectProviderArn)
    const thumbprints = checkThumbprints(input.thumbprintList)
    await saveProvider(call, { ...provider, thumbprints })
    return DONE
  },
})
