import { ServiceError } from '../errors.ts'
import type { OrganizationPlacement } from '../principals/entities.ts'
import type { SubjectMode } from '../principals/subject-mode.ts'
import type { Tag } from '../principals/tags.ts'
import { SESSION_CLAIM_NAMES, type SessionClaimName, type TokenRequest } from './issuer.ts'

/** Largest payload of a token: UTF-8 bytes of its JSON, before base64url (aws-wire §3.6). */
export const MAX_PAYLOAD_BYTES = 14_984

// Their place among the other members is UNVERIFIED; the observed last member stays last.
const UNPLACED_SESSION_CLAIMS = SESSION_CLAIM_NAMES.filter(
  name => name !== 'source_identity' && name !== 'original_session_exp',
)

/** What the issuer adds to a request for a token. */
export interface TokenIdentity {
  readonly issuerUrl: string
  /** `jti`: a random lower-case UUIDv4. */
  readonly tokenId: string
}

/** A member as JSON text, or null when the claim is absent. */
type Member = string | null

/**
 * The payload of a token: compact JSON in UTF-8, slashes not escaped, members in the order of AWS's
 * own tokens (aws-wire §3.2 to §3.5). `iat` is cut to whole seconds and there is no `nbf`.
 *
 * The text is put together directly and not through an object, so that a tag key such as `__proto__` or
 * `1` is a name like any other. A lone surrogate is written as an escape, so that the bytes stay UTF-8.
 * @throws ServiceError `JWTPayloadSizeExceededException`
 */
export function encodeClaims(request: TokenRequest, { issuerUrl, tokenId }: TokenIdentity): Buffer {
  const issuedAt = Math.floor(request.nowMs / 1000)
  const payload = Buffer.from(
    formatObject([
      formatAudience(request.audiences),
      formatMember('sub', request.subject),
      formatSubjectMode(request.subjectMode),
      request.scope === null ? null : formatMember('scope', request.scope),
      `"https://sts.amazonaws.com/":${formatNamespace(request)}`,
      formatMember('iss', issuerUrl),
      `"exp":${issuedAt + request.durationSeconds}`,
      `"iat":${issuedAt}`,
      formatMember('jti', tokenId),
    ]),
  )
  if (payload.length > MAX_PAYLOAD_BYTES) {
    throw new ServiceError(
      'JWTPayloadSizeExceededException',
      'JWT payload exceeds maximum allowed size',
    )
  }
  return payload
}

/** A string for one audience, an array for several; order and repeats stay. */
function formatAudience(audiences: readonly string[]): Member {
  return `"aud":${JSON.stringify(audiences.length === 1 ? audiences[0] : audiences)}`
}

/**
 * A token whose subject is its own principal has no such claim. UNVERIFIED are the places of both new
 * claims, and that this one is beside `sub` and not among AWS's own (aws-wire-news §1.1).
 */
function formatSubjectMode(mode: SubjectMode): Member {
  return mode === 'AWSIdentity' ? null : formatMember('subject_mode', mode)
}

/** `https://sts.amazonaws.com/`: everything that is AWS's own (aws-wire §3.3). */
function formatNamespace(request: TokenRequest): string {
  const { account, sessionClaims = {} } = request
  const session = (name: SessionClaimName): Member => formatOptional(name, sessionClaims[name])
  return formatObject([
    session('source_identity'),
    formatOptional('org_id', account.organization?.organizationId),
    formatMember('aws_account', account.id),
    formatOrganizationPath(account.organization),
    formatTags('request_tags', request.requestTags),
    session('original_session_exp'),
    formatMember('source_region', request.sourceRegion),
    formatMember('principal_id', request.principalArn),
    ...UNPLACED_SESSION_CLAIMS.map(session),
    formatTags('principal_tags', request.principalTags),
  ])
}

/** In real tokens it is an array with one path, although AWS's documentation shows a string. */
function formatOrganizationPath(organization: OrganizationPlacement | null): Member {
  if (organization === null) return null
  const path = [organization.organizationId, ...organization.path].join('/')
  return `"ou_path":${JSON.stringify([`${path}/`])}`
}

function formatTags(name: string, tags: readonly Tag[]): Member {
  if (tags.length === 0) return null
  return `"${name}":${formatObject(tags.map(({ key, value }) => formatMember(key, value)))}`
}

function formatOptional(name: string, value: string | undefined): Member {
  return value === undefined ? null : formatMember(name, value)
}

function formatMember(name: string, value: string): Member {
  return `${JSON.stringify(name)}:${JSON.stringify(value)}`
}

function formatObject(members: readonly Member[]): string {
  return `{${members.filter(member => member !== null).join(',')}}`
}
