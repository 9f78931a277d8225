import type { DecodedToken } from './decode-token.ts'
import { DEV_ENVIRONMENT_FILE } from './dev-environment.ts'
import type { DevIdentity } from './dev-seed.ts'

/** What a developer reads when the server is up: that it works, and how to use it from each client. */
export function formatDevReport(parts: {
  readonly endpoint: string
  readonly identity: DevIdentity
  readonly decoded: DecodedToken
}): string {
  const { endpoint, identity, decoded } = parts
  return `
  Credence is up.

  Endpoint   ${endpoint}   STS and IAM
  Issuer     ${identity.issuerUrl}
  Account    ${identity.accountId}, user ${identity.userName} (administrator)
  Settings   ${DEV_ENVIRONMENT_FILE}

  It has just issued itself a token over SigV4, fetched discovery and keys from the issuer URL
  as a stranger would, and verified it. This is what the token says:

${indent(JSON.stringify(decoded, null, 2))}

  Now yours. Take over the settings first:

    . ${DEV_ENVIRONMENT_FILE}

  AWS CLI
    aws sts get-web-identity-token --audience https://api.example.com --signing-algorithm ES384

  JavaScript (@aws-sdk/client-sts)
    import { GetWebIdentityTokenCommand, STSClient } from '@aws-sdk/client-sts'
    const { WebIdentityToken } = await new STSClient().send(
      new GetWebIdentityTokenCommand({ Audience: ['https://api.example.com'], SigningAlgorithm: 'ES384' }))

  Python (boto3)
    import boto3
    token = boto3.client("sts").get_web_identity_token(
        Audience=["https://api.example.com"], SigningAlgorithm="ES384")["WebIdentityToken"]

  R (paws)
    sts <- paws::sts(config = list(endpoint = "${endpoint}"))
    token <- sts$get_web_identity_token(Audience = list("https://api.example.com"), SigningAlgorithm = "ES384")$WebIdentityToken

  Ctrl-C stops it; the next start finds everything again.
`
}

function indent(text: string): string {
  return text.replace(/^/gm, '    ')
}
