/** What a signature is good for: one day, one region, one service (aws-wire §7.1). */
export interface CredentialScope {
  /** `20260102` */
  readonly date: string
  readonly region: string
  readonly service: string
  /** `aws4_request` */
  readonly terminator: string
}

/** The algorithm that this service speaks. */
export const ALGORITHM = 'AWS4-HMAC-SHA256'

/** The last part of every scope of {@link ALGORITHM}. */
export const TERMINATOR = 'aws4_request'

/** `20260102/us-east-1/sts/aws4_request` */
export function formatScope(scope: CredentialScope): string {
  return `${scope.date}/${scope.region}/${scope.service}/${scope.terminator}`
}

/** The string to sign of aws-wire §7.1. `timestamp` is ISO 8601 basic. */
export function formatStringToSign(
  timestamp: string,
  scope: CredentialScope,
  canonicalRequestHash: string,
): string {
  return `${ALGORITHM}\n${timestamp}\n${formatScope(scope)}\n${canonicalRequestHash}`
}
