import type { SigningCredentials } from '../wire/sigv4/sign.ts'

/** The variables with which an unmodified AWS SDK finds and trusts an installation. */
export function listClientEnvironment(parts: {
  /** URL of STS and IAM. */
  readonly endpoint: string
  /** The region to sign for. */
  readonly region: string
  readonly credentials: SigningCredentials
  readonly issuerUrl: string
}): Readonly<Record<string, string>> {
  const { endpoint, region, credentials, issuerUrl } = parts
  const { accessKeyId, secretAccessKey, sessionToken } = credentials
  return {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey.reveal(),
    ...(sessionToken !== null && { AWS_SESSION_TOKEN: sessionToken.reveal() }),
    AWS_REGION: region,
    // boto3 and the AWS CLI read this one alone.
    AWS_DEFAULT_REGION: region,
    AWS_ENDPOINT_URL_STS: endpoint,
    AWS_ENDPOINT_URL_IAM: endpoint,
    CREDENCE_ISSUER: issuerUrl,
  }
}
