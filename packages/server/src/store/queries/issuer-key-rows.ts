import type { Selectable } from 'kysely'
import type { IssuerKeysTable } from '../issuer-schema.ts'
import type { IssuerKey } from '../key-ports.ts'
import { formatPublicJwkColumn, parsePublicJwkColumn } from './json-columns.ts'

/** A key as it is written. */
export function createIssuerKeyRow(key: IssuerKey): IssuerKeysTable {
  return {
    account_id: key.accountId,
    algorithm: key.algorithm,
    generation: key.generation,
    state: key.state,
    backend: key.backend,
    thumbprint: key.thumbprint,
    public_jwk: key.publicJwk && formatPublicJwkColumn(key.publicJwk),
    handle: key.handle,
    binding: key.binding,
    created_at_ms: key.createdAtMs,
    visible_at_ms: key.visibleAtMs,
    activated_at_ms: key.activatedAtMs,
    ended_at_ms: key.endedAtMs,
  }
}

/** A key as it was read. @throws StoreFailure when its public key is none */
export function createIssuerKeyFromRow(row: Selectable<IssuerKeysTable>): IssuerKey {
  return {
    accountId: row.account_id,
    algorithm: row.algorithm,
    generation: row.generation,
    state: row.state,
    backend: row.backend,
    thumbprint: row.thumbprint,
    publicJwk: row.public_jwk === null ? null : parsePublicJwkColumn(row.public_jwk),
    handle: row.handle,
    binding: row.binding,
    createdAtMs: row.created_at_ms,
    visibleAtMs: row.visible_at_ms,
    activatedAtMs: row.activated_at_ms,
    endedAtMs: row.ended_at_ms,
  }
}
