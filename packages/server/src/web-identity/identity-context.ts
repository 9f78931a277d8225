import type { ContextProvider, OidcProvider } from '../principals/entities.ts'
import {
  type IdentityContext,
  SUBJECT_TYPES,
  type SubjectType,
} from '../principals/identity-context.ts'
import { malformedClaim, missingClaim } from './refusals.ts'
import { isTextArray, type JsonObject } from './strict-json.ts'

/** Longest subject: that of `sub`. */
const MAX_SUBJECT_CHARACTERS = 255
/** Longest value of another claim (AWS STS API Reference: TransactionContext). */
const MAX_CLAIM_CHARACTERS = 128

/**
 * On whose behalf a session made with the token acts: what the context provider takes from its
 * claims. Null without a context provider. A source key is the whole name of a claim, not a path. A
 * token that has no subject, or a value that does not fit, is refused: leaving the key out would
 * evade a Deny on it. AWS's rules are UNVERIFIED (aws-wire-news §1.2).
 * @throws ServiceError `InvalidIdentityToken`
 */
export function readIdentityContext(
  claims: JsonObject,
  issuer: string,
  { arn, contextProvider }: Pick<OidcProvider, 'arn' | 'contextProvider'>,
): IdentityContext | null {
  if (contextProvider === null) return null
  const { subjectSourceKey, keyDefinitions } = contextProvider
  const subject = readText(claims, subjectSourceKey, MAX_SUBJECT_CHARACTERS)
  if (subject === null) throw missingClaim(subjectSourceKey)
  const kept = new Map<string, string>()
  for (const { sourceKey, targetKey } of keyDefinitions) {
    const value = readText(claims, sourceKey, MAX_CLAIM_CHARACTERS)
    if (value !== null) kept.set(targetKey ?? sourceKey, value)
  }
  return {
    origin: {
      subject,
      subjectType: readSubjectType(claims, contextProvider),
      issuer: issuer.replace(/^https?:\/\//, ''),
      federatedProvider: arn,
    },
    claims: kept,
  }
}

function readSubjectType(
  claims: JsonObject,
  { subjectTypeValue, subjectTypeSourceKey }: ContextProvider,
): SubjectType | null {
  if (subjectTypeSourceKey === null) return subjectTypeValue
  const text = readText(claims, subjectTypeSourceKey, MAX_CLAIM_CHARACTERS)
  if (text === null) return null
  const type = SUBJECT_TYPES.find(each => each === text)
  if (type === undefined) throw malformedClaim(subjectTypeSourceKey, SUBJECT_TYPES.join(' or '))
  return type
}

/** A text, a whole number, a Boolean, or an array of exactly one text, as tags have it; null when absent. */
function readText(claims: JsonObject, name: string, maxCharacters: number): string | null {
  const claim = claims.get(name)
  if (claim === undefined) return null
  const [value, ...others] = isTextArray(claim) ? claim : [claim]
  const isWhole = Number.isSafeInteger(value) || typeof value === 'boolean'
  const text = typeof value === 'string' ? value : isWhole ? String(value) : ''
  if (others.length > 0 || text === '' || text.length > maxCharacters) {
    throw malformedClaim(name, `a text of 1 to ${maxCharacters} characters`)
  }
  return text
}
