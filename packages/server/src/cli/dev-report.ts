import type { DecodedToken } from './decode-token.ts'
import { DEV_ENVIRONMENT_FILE } from './dev-environment.ts'
import type { DevIdentity } from './dev-seed.ts'

/** The result of asking the server for a token. */
export type DevProof =
  | { readonly token: DecodedToken; readonly problem: null }
  /** The server works and has refused, because of a policy or a switch that somebody has set. */
  | { readonly token: null; readonly problem: string }

/**
 * The text that a developer reads when the server is up. It says that the server works, and how to use
 * it from each client.
 */
export function formatDevReport(parts: {
  readonly endpoint: string
  readonly identity: DevIdentity
  readonly proof: DevProof
}): string {
  const { endpoint, identity, proof } = parts
  return `
  Credence is up.

  Endpoint   ${endpoint}   STS and IAM
  Issuer     ${identity.issuerUrl}
  Account    ${identity.accountId}, user ${identity.userName} (administrator)
  Settings   ${DEV_ENVIRONMENT_FILE}

${formatProof(proof)}

  Now yours. Take over the settings first:

    . ${DEV_ENVIRONMENT_FILE}

  AWS CLI
    aws sts get-web-identity-token --audience '["https://api.example.com"]' --signing-algorithm ES384

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

  Ctrl-C stops it; the next start finds everything again.`
}

function formatProof({ token, problem }: DevProof): string {
  if (problem !== null) {
    return `  It has asked itself for a token, and refuses it as it is set up now:

    ${problem}`
  }
  return `  It has just issued itself a token over SigV4, fetched discovery and keys from the issuer URL
  as a stranger would, and verified it. This is what the token says:

${indent(JSON.stringify(token, null, 2))}`
}

function indent(text: string): string {
  return text.replace(/^/gm, '    ')
}
