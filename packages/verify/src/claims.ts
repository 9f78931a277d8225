import { quote, VerifyError } from './errors.ts'
import { isJsonObject, isStringArray, type JsonObject } from './json.ts'
import {
  isOriginSubject,
  isSubjectMode,
  type OriginIdentity,
  type SubjectMode,
} from './origin-identity.ts'
import { isAccountId, type Principal, parsePrincipal } from './principal.ts'

/** Name of the claim that holds everything specific to AWS; the slash at the end belongs to it. */
export const AWS_NAMESPACE = 'https://sts.amazonaws.com/'

/** Tags by key. Without a prototype, so that no key is there unless the token has it. */
export type ClaimTags = Readonly<Record<string, string>>

/**
 * The members of {@link AWS_NAMESPACE} (aws-wire §3.3; AWS IAM User Guide: Understanding token
 * claims), with AWS's own names. Members that this package doesn't know are kept as they came.
 */
export interface AwsClaims {
  readonly [claim: string]: unknown
  /** Twelve digits; the account inside `sub`. */
  readonly aws_account: string
  /** Region of the endpoint that issued the token; mostly chosen by the caller, never where it is. */
  readonly source_region: string
  /** Undocumented; observed equal to `sub`. */
  readonly principal_id?: string
  /** `o-…`, when the account is in an organization. */
  readonly org_id?: string
  /** `o-…/r-…/ou-…/`. A bare string, as the documentation shows it, is read as a list of one. */
  readonly ou_path?: readonly string[]
  /** Tags of the principal overlaid by those of its session. */
  readonly principal_tags?: ClaimTags
  /** Tags that the caller chose when it asked for the token. Nobody vouches for them but the caller. */
  readonly request_tags?: ClaimTags
  /** When the credentials that asked for the token expire: `YYYY-MM-DDTHH:MM:SSZ`. */
  readonly original_session_exp?: string
  readonly source_identity?: string
  readonly federated_provider?: string
  readonly identity_store_user_id?: string
  readonly identity_store_arn?: string
  readonly ec2_source_instance_arn?: string
  readonly ec2_instance_source_vpc?: string
  readonly ec2_instance_source_private_ipv4?: string
  /** `1.0` or `2.0`: how the instance got its credentials. */
  readonly ec2_role_delivery?: string
  readonly lambda_source_function_arn?: string
  readonly glue_credential_issuing_service?: string
}

/** The payload with the types of aws-wire §3.2. Claims that this package doesn't know are kept. */
export interface TokenClaims {
  readonly [claim: string]: unknown
  readonly iss: string
  /**
   * ARN of the IAM principal. In the subject mode `OriginIdentity`, the person that the principal acts
   * for.
   */
  readonly sub: string
  readonly aud: string | readonly string[]
  /** Seconds since the epoch, as every time of the payload. */
  readonly iat: number
  readonly exp: number
  /** Absent from tokens of AWS; honoured where it is there. */
  readonly nbf?: number
  readonly jti: string
  /** The key that the token is bound to (RFC 7800). Tokens of AWS have none. */
  readonly cnf?: JsonObject
  /** Names of RFC 6749 §3.3 with spaces between; the caller chose them. */
  readonly scope?: string
  /** `AWSIdentity` when it is absent. */
  readonly subject_mode?: SubjectMode
  readonly [AWS_NAMESPACE]: AwsClaims
}

/** Typed claims together with what was read out of them. */
export interface ParsedClaims {
  readonly claims: TokenClaims
  readonly aws: AwsClaims
  /** `aud` as a list, whatever its form. */
  readonly audiences: readonly string[]
  /** The principal that asked for the token. Its account answers for it. */
  readonly principal: Principal
  /** The person that the principal acts for; null when the principal itself is the subject. */
  readonly origin: OriginIdentity | null
}

/** What is still being put together. */
type Draft<T> = { -readonly [Name in keyof T]: T[Name] }

const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/

/**
 * Gives a payload its types. Says nothing about whether the values are acceptable.
 *
 * @throws VerifyError `claims_invalid` naming the claim, `principal_refused` for a `sub` that is no
 * IAM principal
 */
export function parseClaims(payload: JsonObject): ParsedClaims {
  const { iss, sub, aud, iat, exp, nbf, jti, cnf, [AWS_NAMESPACE]: namespace } = payload
  if (!isText(iss)) throw invalid('iss')
  if (!isText(sub)) throw invalid('sub')
  if (!isText(jti)) throw invalid('jti')
  if (!isSeconds(iat)) throw invalid('iat')
  if (!isSeconds(exp)) throw invalid('exp')
  if (nbf !== undefined && !isSeconds(nbf)) throw invalid('nbf')
  if (cnf !== undefined && !isJsonObject(cnf)) throw invalid('cnf')
  requireOptionalText('scope', payload['scope'])
  const audiences = parseAudiences(aud)
  const aws = parseAwsClaims(namespace)
  const origin = parseOrigin(sub, payload['subject_mode'], aws)
  const arn = origin ? aws.principal_id : sub
  const principal = arn === undefined ? null : parsePrincipal(arn)
  if (!principal) {
    const claim = origin ? 'principal_id' : 'sub'
    throw new VerifyError('principal_refused', `${claim} ${quote(arn)} is not an IAM role or user`)
  }
  return {
    claims: {
      ...payload,
      iss,
      sub,
      aud: typeof aud === 'string' ? aud : audiences,
      iat,
      exp,
      jti,
      [AWS_NAMESPACE]: aws,
    },
    aws,
    audiences,
    principal,
    origin,
  }
}

/**
 * The person that the principal acts for. Whether the mode is beside the other claims or among those of
 * AWS is UNVERIFIED, so it counts in both places.
 */
function parseOrigin(sub: string, mode: unknown, aws: AwsClaims): OriginIdentity | null {
  const nested = aws['subject_mode']
  if (mode === undefined && nested === undefined) return null
  const stated = [mode, nested].filter(each => each !== undefined)
  if (!stated.every(isSubjectMode) || stated.some(each => each !== stated[0])) {
    throw invalid('subject_mode')
  }
  if (stated[0] === 'AWSIdentity') return null
  if (!isOriginSubject(sub)) throw invalid('sub')
  return { subject: sub, federatedProvider: aws.federated_provider ?? null }
}

function parseAudiences(aud: unknown): readonly string[] {
  const audiences = typeof aud === 'string' ? [aud] : aud
  if (!isStringArray(audiences) || audiences.length === 0 || audiences.includes('')) {
    throw invalid('aud')
  }
  return audiences
}

function parseAwsClaims(namespace: unknown): AwsClaims {
  if (!isJsonObject(namespace)) throw invalid(AWS_NAMESPACE)
  const { aws_account, source_region, original_session_exp } = namespace
  if (!isAccountId(aws_account)) throw invalid('aws_account')
  if (!isText(source_region)) throw invalid('source_region')
  // The members are read one by one and not in a loop over names. This runs for every token, and costs
  // a tenth of what a loop would.
  requireOptionalText('principal_id', namespace['principal_id'])
  requireOptionalText('org_id', namespace['org_id'])
  requireOptionalText('source_identity', namespace['source_identity'])
  requireOptionalText('federated_provider', namespace['federated_provider'])
  requireOptionalText('identity_store_user_id', namespace['identity_store_user_id'])
  requireOptionalText('identity_store_arn', namespace['identity_store_arn'])
  requireOptionalText('ec2_source_instance_arn', namespace['ec2_source_instance_arn'])
  requireOptionalText('ec2_instance_source_vpc', namespace['ec2_instance_source_vpc'])
  requireOptionalText(
    'ec2_instance_source_private_ipv4',
    namespace['ec2_instance_source_private_ipv4'],
  )
  requireOptionalText('ec2_role_delivery', namespace['ec2_role_delivery'])
  requireOptionalText('lambda_source_function_arn', namespace['lambda_source_function_arn'])
  requireOptionalText(
    'glue_credential_issuing_service',
    namespace['glue_credential_issuing_service'],
  )
  if (original_session_exp !== undefined && !isTimestamp(original_session_exp)) {
    throw invalid('original_session_exp')
  }
  const { ou_path, principal_tags, request_tags } = namespace
  const aws: Draft<AwsClaims> = { ...namespace, aws_account, source_region }
  if (ou_path !== undefined) aws.ou_path = parsePaths(ou_path)
  if (principal_tags !== undefined) aws.principal_tags = parseTags('principal_tags', principal_tags)
  if (request_tags !== undefined) aws.request_tags = parseTags('request_tags', request_tags)
  return aws
}

function parsePaths(value: unknown): readonly string[] {
  const paths = typeof value === 'string' ? [value] : value
  if (!isStringArray(paths)) throw invalid('ou_path')
  return paths
}

function parseTags(name: string, value: unknown): ClaimTags {
  if (!isJsonObject(value)) throw invalid(name)
  const tags: Record<string, string> = Object.create(null)
  for (const [key, text] of Object.entries(value)) {
    if (typeof text !== 'string') throw invalid(name)
    tags[key] = text
  }
  return tags
}

function requireOptionalText(claim: string, value: unknown): void {
  if (value !== undefined && !isText(value)) throw invalid(claim)
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

function isTimestamp(value: unknown): value is string {
  return typeof value === 'string' && TIMESTAMP.test(value)
}

function isSeconds(value: unknown): value is number {
  return Number.isSafeInteger(value)
}

function invalid(claim: string): VerifyError {
  return new VerifyError('claims_invalid', `${claim} is missing or has the wrong type`)
}
