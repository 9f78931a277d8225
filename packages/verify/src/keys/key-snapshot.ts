import { VerifyError } from '../errors.ts'
import { isJsonObject, type JsonObject } from '../json.ts'
import { parseJwkSet } from './key-set.ts'
import type { HeldKeysRecord } from './key-source.ts'

/**
 * The key cache of a verifier as JSON, so that a process that starts cold (a function, a worker) need
 * not fetch before its first token. Somebody who can change it chooses the keys, so keep it where only
 * you can write.
 */
export interface KeySnapshot {
  readonly version: 1
  readonly issuers: readonly (HeldKeysRecord & { readonly issuer: string })[]
}

/** Checks the form of a snapshot. @throws VerifyError `snapshot_invalid` */
export function parseKeySnapshot(value: unknown): KeySnapshot {
  if (!isJsonObject(value) || value['version'] !== 1 || !Array.isArray(value['issuers'])) {
    throw new VerifyError('snapshot_invalid', 'a snapshot has the version 1 and a list of issuers')
  }
  return { version: 1, issuers: value['issuers'].map(parseRecord) }
}

function parseRecord(value: unknown): KeySnapshot['issuers'][number] {
  const record: JsonObject = isJsonObject(value) ? value : {}
  const { issuer, jwks, loadedAtMs, freshUntilMs, staleUntilMs } = record
  if (typeof issuer !== 'string') throw new VerifyError('snapshot_invalid', 'issuer is missing')
  if (!isTime(loadedAtMs) || !isTime(freshUntilMs) || !isTime(staleUntilMs)) {
    throw new VerifyError('snapshot_invalid', `a time of ${issuer} is missing`)
  }
  return { issuer, jwks: parseJwkSet(jwks), loadedAtMs, freshUntilMs, staleUntilMs }
}

function isTime(value: unknown): value is number {
  return Number.isSafeInteger(value)
}
