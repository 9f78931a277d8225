import { type RawBuilder, sql } from 'kysely'

/** The condition that the column `path` begins with a prefix, compared exactly. */
export function isUnderPath(pathPrefix: string): RawBuilder<boolean> {
  return sql<boolean>`substr(path, 1, ${pathPrefix.length}) = ${pathPrefix}`
}
