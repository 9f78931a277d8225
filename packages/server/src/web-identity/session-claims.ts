import { ServiceError } from '../errors.ts'
import { normalizeTagKey, parsePrincipalTags, type Tag } from '../principals/tags.ts'
import { malformedClaim } from './refusals.ts'
import { isJsonObject, isTextArray, type JsonObject, type JsonValue } from './strict-json.ts'
import type { WebIdentity } from './web-identity.ts'

/** What a token asks of the session that it is exchanged for. */
export type SessionClaims = Pick<
  WebIdentity,
  'sourceIdentity' | 'sessionTags' | 'transitiveTagKeys' | 'authorizedRoleArns'
>

const TAGS = 'https://aws.amazon.com/tags'
const FLAT_TAG_PREFIX = `${TAGS}/principal_tags/`
const FLAT_TRANSITIVE_KEYS = `${TAGS}/transitive_tag_keys`
const SOURCE_IDENTITY = 'https://aws.amazon.com/source_identity'
const ROLES = 'https://aws.amazon.com/roles'

const SOURCE_IDENTITY_FORM = /^[\w+=,.@-]{2,256}$/

/**
 * Reads the claims that AWS has a meaning for (AWS IAM User Guide: "Passing session tags using
 * AssumeRoleWithWebIdentity", "Monitor and control actions taken with assumed roles"). Tags come as
 * one nested object, or flattened into one claim each for issuers that cannot nest; a token may not
 * mix the two.
 * @throws ServiceError `InvalidIdentityToken`
 */
export function parseSessionClaims(claims: JsonObject): SessionClaims {
  const nested = claims.has(TAGS) ? readNestedTags(claims.get(TAGS)) : null
  const flat = readFlatTags(claims)
  if (nested !== null && (flat.tags.length > 0 || flat.transitiveTagKeys !== undefined)) {
    throw malformedClaim(TAGS, 'nested or flattened, not both')
  }
  const { tags, transitiveTagKeys } = nested ?? flat
  const sessionTags = checkTags(tags)
  return {
    sourceIdentity: readSourceIdentity(claims.get(SOURCE_IDENTITY)),
    sessionTags,
    transitiveTagKeys: checkTransitiveKeys(transitiveTagKeys, sessionTags),
    authorizedRoleArns: readRoles(claims.get(ROLES)),
  }
}

interface TagClaims {
  readonly tags: readonly Tag[]
  readonly transitiveTagKeys: JsonValue | undefined
}

function readNestedTags(claim: JsonValue | undefined): TagClaims {
  if (!isJsonObject(claim)) throw malformedClaim(TAGS, 'an object')
  const principalTags = claim.get('principal_tags') ?? new Map<string, JsonValue>()
  if (!isJsonObject(principalTags)) throw malformedClaim(TAGS, 'an object with principal_tags')
  return {
    tags: [...principalTags].map(([key, value]) => ({ key, value: readTagValue(value) })),
    transitiveTagKeys: claim.get('transitive_tag_keys'),
  }
}

function readFlatTags(claims: JsonObject): TagClaims {
  const flat = [...claims].filter(([name]) => name.startsWith(FLAT_TAG_PREFIX))
  return {
    tags: flat.map(([name, value]) => ({
      key: name.slice(FLAT_TAG_PREFIX.length),
      value: readTagValue(value),
    })),
    transitiveTagKeys: claims.get(FLAT_TRANSITIVE_KEYS),
  }
}

/** A text, or an array of exactly one: AWS's own examples show the array. */
function readTagValue(value: JsonValue): string {
  const [first, ...others] = isTextArray(value) ? value : [value]
  if (typeof first !== 'string' || others.length > 0) {
    throw malformedClaim(TAGS, 'an object whose tags have one text each')
  }
  return first
}

function checkTags(tags: readonly Tag[]): readonly Tag[] {
  try {
    return parsePrincipalTags(tags)
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error
    throw malformedClaim(TAGS, 'a set of at most 50 tags that a session may have')
  }
}

/** The spelling of the tag is kept, not that of the transitive key. */
function checkTransitiveKeys(keys: JsonValue | undefined, tags: readonly Tag[]): readonly string[] {
  if (keys === undefined) return []
  if (!isTextArray(keys))
    throw malformedClaim(TAGS, 'an object whose transitive_tag_keys are texts')
  const wanted = new Set(keys.map(normalizeTagKey))
  const transitive = tags.map(tag => tag.key).filter(key => wanted.has(normalizeTagKey(key)))
  if (transitive.length !== keys.length) {
    throw malformedClaim(TAGS, 'an object whose transitive_tag_keys name its tags, each once')
  }
  return transitive
}

function readSourceIdentity(claim: JsonValue | undefined): string | null {
  if (claim === undefined) return null
  if (typeof claim !== 'string' || !SOURCE_IDENTITY_FORM.test(claim)) {
    throw malformedClaim(SOURCE_IDENTITY, 'a text of 2 to 256 letters, digits and _+=,.@-')
  }
  return claim
}

/**
 * ARNs with `;` between them, or an array of them; an empty array allows no role. Observed: both forms,
 * exact ARNs, no wildcards.
 */
function readRoles(claim: JsonValue | undefined): readonly string[] | null {
  if (claim === undefined) return null
  const arns = typeof claim === 'string' ? claim.split(';') : claim
  if (!isTextArray(arns)) throw malformedClaim(ROLES, 'the ARN of a role or an array of ARNs')
  return arns
}
