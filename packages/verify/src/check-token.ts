import type { ParsedClaims, TokenClaims } from './claims.ts'
import { quote, VerifyError } from './errors.ts'
import type { CompleteOptions } from './parse-options.ts'

/**
 * Decides whether claims of a known issuer are acceptable. Pure.
 *
 * @throws VerifyError with the first rule that the claims break
 */
export function checkToken(
  parsed: ParsedClaims,
  accounts: readonly string[] | null,
  options: CompleteOptions,
  nowMs: number,
): void {
  checkAudiences(parsed.audiences, options)
  checkTimes(parsed, options, nowMs)
  checkSubjectMode(parsed, options)
  checkPrincipal(parsed, accounts, options)
}

/**
 * When a token ends, by its `exp` or by its age, whichever is sooner: seconds since the epoch. The leeway
 * comes on top, and is for decisions alone.
 */
export function findEndSeconds({ exp, iat }: TokenClaims, maxAgeSeconds: number): number {
  return Math.min(exp, iat + maxAgeSeconds)
}

function checkAudiences(
  tokenAudiences: readonly string[],
  { audiences, allowMultipleAudiences }: CompleteOptions,
): void {
  if (audiences && !tokenAudiences.some(audience => audiences.has(audience))) {
    throw refused('audience_refused', `aud ${quote(tokenAudiences.join(' '))} is not expected`)
  }
  if (!allowMultipleAudiences && tokenAudiences.some(audience => audience !== tokenAudiences[0])) {
    throw refused('multiple_audiences', `the token is for ${quote(tokenAudiences.join(' '))}`)
  }
}

function checkTimes(
  { claims: { iat, exp, nbf = iat } }: ParsedClaims,
  { clockLeewaySeconds, maxAgeSeconds }: CompleteOptions,
  nowMs: number,
): void {
  const earliestMs = (Math.max(iat, nbf) - clockLeewaySeconds) * 1000
  if (nowMs < earliestMs) {
    throw refused('token_not_yet_valid', `iat is ${iat}, nbf ${nbf}, now ${nowMs / 1000}`)
  }
  if (nowMs >= (exp + clockLeewaySeconds) * 1000) {
    throw refused('token_expired', `exp is ${exp}, now ${nowMs / 1000}`)
  }
  if (nowMs >= (iat + maxAgeSeconds + clockLeewaySeconds) * 1000) {
    throw refused('token_too_old', `iat is ${iat}, now ${nowMs / 1000}`)
  }
}

function checkSubjectMode({ origin }: ParsedClaims, { subjectModes }: CompleteOptions): void {
  const mode = origin ? 'OriginIdentity' : 'AWSIdentity'
  if (!subjectModes.has(mode)) throw refused('subject_mode_refused', `the subject mode is ${mode}`)
}

function checkPrincipal(
  { aws, principal }: ParsedClaims,
  accounts: readonly string[] | null,
  { partitions, principalTypes }: CompleteOptions,
): void {
  if (aws.aws_account !== principal.account) {
    throw refused(
      'account_mismatch',
      `aws_account is ${aws.aws_account}, the principal ${principal.arn}`,
    )
  }
  if (accounts && !accounts.includes(principal.account)) {
    throw refused('account_refused', `the issuer may not speak for ${principal.account}`)
  }
  if (!partitions.has(principal.partition)) {
    throw refused('partition_refused', `the principal is in the partition ${principal.partition}`)
  }
  if (!principalTypes.has(principal.type)) {
    throw refused('principal_refused', `the principal is a ${principal.type}: ${principal.arn}`)
  }
}

const refused = (...[code, message]: ConstructorParameters<typeof VerifyError>): VerifyError =>
  new VerifyError(code, message)
