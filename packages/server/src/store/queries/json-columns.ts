import type { ContextProvider, OrganizationPlacement, TrustPin } from '../../principals/entities.ts'
import { isAccountId, isUniqueId } from '../../principals/identifiers.ts'
import { SUBJECT_TYPES } from '../../principals/identity-context.ts'
import { type PublicJwk, readPublicJwk } from '../../principals/public-jwk.ts'
import type { Tag } from '../../principals/tags.ts'
import { StoreFailure } from '../failures.ts'

/** Reads the JSON of `Tag[]`. @throws StoreFailure when the column holds something else */
export function parseTagsColumn(json: string): readonly Tag[] {
  return parseColumn('tags', json, isTags)
}

/** Reads the JSON of `TrustPin[]`. @throws StoreFailure when the column holds something else */
export function parseTrustPinsColumn(json: string): readonly TrustPin[] {
  return parseColumn('trust_pins', json, isTrustPins)
}

/** Reads the JSON of a list of texts. @throws StoreFailure when the column holds something else */
export function parseTextsColumn(column: string, json: string): readonly string[] {
  return parseColumn(column, json, isTexts)
}

/** Reads the JSON of an `OrganizationPlacement`. @throws StoreFailure when the column holds something else */
export function parseOrganizationColumn(json: string): OrganizationPlacement {
  return parseColumn('organization', json, isOrganizationPlacement)
}

/** Reads the JSON of a `ContextProvider`. @throws StoreFailure when the column holds something else */
export function parseContextProviderColumn(json: string): ContextProvider {
  return parseColumn('context_provider', json, isContextProvider)
}

/** Reads the JSON of a `PublicJwk`. @throws StoreFailure when the column holds something else */
export function parsePublicJwkColumn(json: string): PublicJwk {
  return parseColumn('public_jwk', json, isPublicJwk)
}

/** Writes only the public members, by name. Anything else in the object is not written. */
export function formatPublicJwkColumn(jwk: PublicJwk): string {
  return JSON.stringify(readPublicJwk(jwk))
}

function parseColumn<Value>(
  column: string,
  json: string,
  isValue: (value: unknown) => value is Value,
): Value {
  const value = parseJson(column, json)
  if (isValue(value)) return value
  throw createDamagedError(column)
}

function parseJson(column: string, json: string): unknown {
  try {
    return JSON.parse(json)
  } catch (error) {
    throw createDamagedError(column, error)
  }
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every(isText)
}

function isTrustPins(value: unknown): value is readonly TrustPin[] {
  return Array.isArray(value) && value.every(isTrustPin)
}

function isTrustPin(value: unknown): value is TrustPin {
  if (!isObject(value)) return false
  const { arn, accountId, id } = value
  const isId = id === null || (isText(id) && isUniqueId(id))
  return isText(arn) && isText(accountId) && isAccountId(accountId) && isId
}

function isTags(value: unknown): value is readonly Tag[] {
  return Array.isArray(value) && value.every(isTag)
}

function isTag(value: unknown): value is Tag {
  return isObject(value) && isText(value['key']) && isText(value['value'])
}

function isOrganizationPlacement(value: unknown): value is OrganizationPlacement {
  return (
    isObject(value) &&
    isText(value['organizationId']) &&
    typeof value['isManagementAccount'] === 'boolean' &&
    isTexts(value['path'])
  )
}

function isContextProvider(value: unknown): value is ContextProvider {
  if (!isObject(value)) return false
  const { subjectSourceKey, subjectTypeValue, subjectTypeSourceKey, keyDefinitions } = value
  const isType = subjectTypeValue === null || SUBJECT_TYPES.some(type => type === subjectTypeValue)
  return (
    isText(subjectSourceKey) &&
    isType &&
    isTextOrNull(subjectTypeSourceKey) &&
    Array.isArray(keyDefinitions) &&
    keyDefinitions.every(isKeyDefinition)
  )
}

function isKeyDefinition(value: unknown): boolean {
  return isObject(value) && isText(value['sourceKey']) && isTextOrNull(value['targetKey'])
}

function isPublicJwk(value: unknown): value is PublicJwk {
  return isObject(value) && readPublicJwk(value) !== null
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

function isTextOrNull(value: unknown): value is string | null {
  return value === null || isText(value)
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

function createDamagedError(column: string, cause?: unknown): StoreFailure {
  return new StoreFailure(`The store failed: a row has a damaged ${column} column.`, { cause })
}
