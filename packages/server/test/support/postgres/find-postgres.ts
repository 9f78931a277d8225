import { existsSync, globSync } from 'node:fs'
import { join } from 'node:path'
import { findFetchedPostgres } from '../../../../../tools/fetch-postgres.ts'

/**
 * The folder with the programs of PostgreSQL: the one that `CREDENCE_POSTGRES_BIN` names, the newest of
 * the system, or the one that `node tools/fetch-postgres.ts` has brought. Null where there is none.
 */
export function findPostgres(): string | null {
  const named = process.env['CREDENCE_POSTGRES_BIN']
  if (named !== undefined) return named
  const installed = globSync('/usr/lib/postgresql/*/bin').toSorted(compareVersions)
  const found = [...installed, findFetchedPostgres()].find(
    folder => folder !== null && existsSync(join(folder, 'initdb')),
  )
  return found ?? null
}

/** Newest first. */
function compareVersions(one: string, other: string): number {
  return Number(other.split('/').at(-2)) - Number(one.split('/').at(-2))
}
